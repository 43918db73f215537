import type { Texts } from './english.js'
import { type Html, html } from './html.js'
import type { HistoryStatus, ServiceStatus, Usage } from './model.js'
import { bytes, clipped, cores } from './units.js'

/** What has a bar and a plot. */
export type Measure = 'cpu' | 'memory'

interface Measured {
  readonly write: (value: number | undefined | null) => string
  readonly usedOf: (usage: Usage) => number | undefined
  readonly ratioOf: (usage: Usage) => number | undefined
  readonly valuesOf: (history: HistoryStatus) => ReadonlyArray<number | null>
}

export const measures: Readonly<Record<Measure, Measured>> = {
  cpu: {
    write: cores,
    usedOf: ({ cpuUsageCores }) => cpuUsageCores,
    ratioOf: ({ cpuUtilizationRatio }) => cpuUtilizationRatio,
    valuesOf: ({ cpuUsageCores }) => cpuUsageCores,
  },
  memory: {
    write: bytes,
    usedOf: ({ memoryUsageBytes }) => memoryUsageBytes,
    ratioOf: ({ memoryUtilizationRatio }) => memoryUtilizationRatio,
    valuesOf: ({ memoryUsageBytes }) => memoryUsageBytes,
  },
}

const width = 240
const height = 100
const mostPoints = 60

type Values = ReadonlyArray<number | null>

/** Every second, third, … point, so that a page with a thousand plots stays small. The last one is always there. */
const thinned = <A>(values: ReadonlyArray<A>): ReadonlyArray<A> => {
  const step = Math.ceil(values.length / mostPoints)
  return values.filter((_, index) => (values.length - 1 - index) % step === 0)
}

/** The range of the ordinate: values that change fill it, and values that hardly change are a flat line. */
const rangeOf = (values: Values): { readonly low: number; readonly size: number } => {
  const known = values.filter((value) => value !== null)
  const [least, greatest] = [Math.min(...known), Math.max(...known)]
  const size = Math.max(greatest - least, Math.abs(greatest) / 5) || 1
  return { low: (least + greatest - size) / 2, size }
}

/** The points that follow each other without a gap, as coordinates. */
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
  return found
}

export interface Plot {
  /** A line from left to right; broken where nothing was measured. */
  readonly svg: Html
  /** The same in words. */
  readonly text: string
  /** The same for a reader who does not see which service it belongs to. */
  readonly label: string
}

/** A service's last hour; absent unless there are two points to join. */
export const plotOf = (
  { history, service }: Pick<ServiceStatus, 'history' | 'service'>,
  measure: Measure,
  texts: Texts,
): Plot | undefined => {
  if (history === undefined) return undefined
  const { valuesOf, write } = measures[measure]
  const { times } = history
  const values = valuesOf(history)
  const joined = lines(thinned(times), thinned(values)).filter((line) => line.length > 1)
  if (joined.length === 0) return undefined
  const known = values.filter((value) => value !== null)
  const minutes = Math.round(((times.at(-1) ?? 0) - (times[0] ?? 0)) / 60)
  const text = texts.plotOf(minutes, write(Math.min(...known)), write(Math.max(...known)), write(known.at(-1)))
  return {
    svg: html`<svg viewBox="0 -4 ${width} ${height + 8}" preserveAspectRatio="none" aria-hidden="true">${joined.map((line) => html`<polyline points="${line.join(' ')}"/>`)}</svg>`,
    text,
    label: `${texts.usageOf[measure](clipped(service))}${texts.comma}${text}`,
  }
}
