import uPlot from 'uplot'
import type { ServiceRow } from '../arrangement.js'
import { type Measure, measures } from '../plot.js'
import { written } from './elements.js'

const height = 150

const drawn = new Map<Element, { readonly plot: uPlot; readonly colour: string }>()

/** Draws the plots of open services that are not drawn yet, and lets go of those that are not on the page any more. */
export const drawPlots = (rows: ReadonlyArray<ServiceRow>): void => {
  for (const [target, { plot, colour }] of drawn) {
    if (target.isConnected && colour === colourOf(target)) continue
    plot.destroy()
    drawn.delete(target)
    widths.unobserve(target)
  }
  const targets = [...document.querySelectorAll<HTMLElement>('.plot')].filter((target) => !drawn.has(target))
  if (targets.length === 0) return
  const byKey = new Map(rows.map((row) => [row.key, row]))
  for (const target of targets) {
    const row = byKey.get(target.dataset.of ?? '')
    const measure = target.dataset.plot === 'cpu' ? 'cpu' : 'memory'
    if (row?.service.history === undefined) continue
    const times = [...row.service.history.times]
    const values = [...measures[measure].valuesOf(row.service.history)]
    target.replaceChildren()
    const options = optionsFor(measure, target, (times.at(-1) ?? 0) - (times[0] ?? 0))
    const plot = new uPlot(options, [times, values], target)
    drawn.set(target, { plot, colour: colourOf(target) })
    widths.observe(target)
  }
}

const widths = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const plot = drawn.get(target)?.plot
    const width = Math.floor(contentRect.width)
    if (plot !== undefined && width > 0 && plot.width !== width) plot.setSize({ width, height })
  }
})

const colourOf = (target: Element): string => getComputedStyle(target).getPropertyValue('--accent')

const optionsFor = (measure: Measure, target: HTMLElement, seconds: number): uPlot.Options => {
  const style = getComputedStyle(target)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const { write } = measures[measure]
  const reading = target.parentElement?.querySelector('.reading')
  const axis = {
    stroke: colour('--dim'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { show: false },
    font: `11px ${style.fontFamily}`,
  }
  const clockOf = (timeStyle: 'medium' | 'short') =>
    new Intl.DateTimeFormat(written.texts.tag, { timeStyle, hourCycle: 'h23' })
  const clock = clockOf(seconds < 600 ? 'medium' : 'short')
  const exact = clockOf('medium')
  const showReading = ({ data, cursor }: uPlot): void => {
    const [times, values = []] = data
    const index = cursor.idx ?? times.length - 1
    const time = times[index]
    if (reading && time !== undefined) reading.textContent = `${exact.format(time * 1000)}  ${write(values[index])}`
  }
  return {
    width: Math.max(Math.floor(target.clientWidth), 100),
    height,
    padding: [8, 24, 0, 0],
    cursor: { y: false, points: { size: 6 } },
    legend: { show: false },
    scales: { y: { range: (_plot, _low, high) => [0, (high > 0 ? high : 1) * 1.1] } },
    axes: [
      { ...axis, space: 80, size: 26, values: (_plot, splits) => splits.map((time) => clock.format(time * 1000)) },
      {
        ...axis,
        size: 68,
        values: (_plot, splits) => splits.map(write),
        ...(measure === 'memory' ? { incrs: powersOfTwo } : {}),
      },
    ],
    series: [{}, { stroke: colour('--accent'), fill: colour('--wash'), width: 1.5, points: { show: false } }],
    hooks: { ready: [showReading], setCursor: [showReading] },
  }
}

const powersOfTwo = Array.from({ length: 53 }, (_, power) => 2 ** power)
