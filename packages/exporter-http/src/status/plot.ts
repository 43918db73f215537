import { type Html, html } from './html.js'
import { greatestOf, leastOf } from './totals.js'

/** How many services' last hour is kept in memory. */
export const mostPlotted = 1000

const width = 240
const height = 100
const mostPoints = 60

type Values = ReadonlyArray<number | null>

/** Every second, third, … point, so that a page with a thousand plots stays small. The last one is always there. */
const thinned = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> => {
  const step = Math.ceil(values.length / mostPoints)
  return values.filter((_, index) => (values.length - 1 - index) % step === 0)
}

/** From where to where the ordinate goes: what changes fills it, but what hardly changes stays a flat line. */
const rangeOf = (values: Values): { readonly low: number; readonly size: number } => {
  const known = values.filter((value) => value !== null)
  const [least, greatest] = [leastOf(known), greatestOf(known)]
  const size = Math.max(greatest - least, Math.abs(greatest) / 5) || 1
  return { low: (least + greatest - size) / 2, size }
}

/** What follows each other without a gap, as coordinates. */
const lines = (times: ReadonlyArray<number>, values: Values): ReadonlyArray<ReadonlyArray<string>> => {
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const { low, size } = rangeOf(values)
  const x = (time: number) => Math.round(last > first ? ((time - first) / (last - first)) * width : width)
  const y = (value: number) => Math.round(height - ((value - low) / size) * height)
  const found: string[][] = [[]]
  for (const [index, value] of values.entries()) {
    if (value === null) found.push([])
    else found.at(-1)?.push(`${x(times[index] ?? 0)},${y(value)}`)
  }
  return found.filter((line) => line.length > 0)
}

/** A line from left to right; broken where nothing was measured. Nothing when there are not two points to join. */
export const linePlot = (times: ReadonlyArray<number>, values: Values): Html | undefined => {
  const joined = lines(thinned(times), thinned(values)).filter((line) => line.length > 1)
  if (joined.length === 0) return undefined
  return html`<svg viewBox="0 -4 ${width} ${height + 8}" preserveAspectRatio="none" aria-hidden="true">${joined.map((line) => html`<polyline points="${line.join(' ')}"/>`)}</svg>`
}
