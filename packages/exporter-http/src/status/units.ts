import type { Texts } from './english.js'

const isKnown = (value: number | undefined): value is number => Number.isFinite(value)

/** The sum of the known values; absent if none is. */
export const sumOf = (values: ReadonlyArray<number | undefined>): number | undefined => {
  const known = values.filter(isKnown)
  return known.length === 0 ? undefined : known.reduce((sum, value) => sum + value, 0)
}

/** The mean of the known values; absent if none is. */
export const meanOf = (values: ReadonlyArray<number | undefined>): number | undefined => {
  const sum = sumOf(values)
  return sum === undefined ? undefined : sum / values.filter(isKnown).length
}

/** Stands for an unknown value. */
export const unknown = '–'

const rounded = (value: number): string =>
  value >= 100 || Number.isInteger(value) ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']

/** @example bytes(16_072_704) // '15.3 MiB' */
export const bytes = (value: number | undefined | null): string => {
  if (value === undefined || value === null) return unknown
  const power = Math.min(Math.max(Math.floor(Math.log2(Math.abs(value) || 1) / 10), 0), units.length - 1)
  const scaled = value / 1024 ** power
  return `${power === 0 ? scaled.toFixed(0) : rounded(scaled)} ${units[power] ?? ''}`
}

/** @example rate(2048) // '2 KiB/s' */
export const rate = (value: number | undefined): string => (value === undefined ? unknown : `${bytes(value)}/s`)

/** @example cores(0.1234) // '0.123' */
export const cores = (value: number | undefined | null): string => {
  if (value === undefined || value === null) return unknown
  return value > 0 && value < 0.001 ? '< 0.001' : value < 1 ? String(Number(value.toFixed(3))) : rounded(value)
}

/** @example percent(0.1234) // '12.3 %' */
export const percent = (ratio: number | undefined | null): string => {
  if (ratio === undefined || ratio === null) return unknown
  const value = ratio * 100
  return `${value > 0 && value < 0.1 ? '< 0.1' : value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} %`
}

/** @example duration(0.0412) // '41 ms' */
export const duration = (seconds: number | undefined): string => {
  if (seconds === undefined) return unknown
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${rounded(seconds)} s`
}

export const count = (value: number | undefined): string => (value === undefined ? unknown : String(value))

const spans = [
  { unit: 'd', seconds: 86_400 },
  { unit: 'h', seconds: 3600 },
  { unit: 'min', seconds: 60 },
] as const

/** How long ago that was, in the greatest unit of which there is at least one. */
export const ago = (seconds: number, { ago }: Texts): string => {
  const { unit, seconds: size } = spans.find((span) => seconds >= span.seconds) ?? { unit: 's', seconds: 1 }
  return ago(Math.max(0, Math.floor(seconds / size)), unit)
}

/** The value of HTML's `datetime`; empty beyond the range of dates. */
export const iso = (seconds: number): string => {
  const date = new Date(seconds * 1000)
  return Number.isNaN(date.getTime()) ? '' : date.toISOString()
}

const longest = 120

/** For names from the cloud, which may be of any length. */
export const clipped = (text: string): string =>
  text.length <= longest ? text : `${text.slice(0, longest).replace(/\p{Surrogate}$/u, '')}…`
