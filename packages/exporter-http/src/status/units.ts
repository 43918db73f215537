import type { Texts } from './english.js'

/** What is not known. */
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

/** How long ago that was, in the greatest unit of which there is at least one. */
export const ago = (seconds: number, { ago }: Texts): string => {
  const whole = Math.max(0, Math.floor(seconds))
  if (whole < 60) return ago(whole, 's')
  if (whole < 3600) return ago(Math.floor(whole / 60), 'min')
  return whole < 86_400 ? ago(Math.floor(whole / 3600), 'h') : ago(Math.floor(whole / 86_400), 'd')
}

// Beyond this there are no dates.
const lastDateMs = 8.64e15

/** As HTML's `time` wants it; empty for what is no date. */
export const iso = (seconds: number): string =>
  Math.abs(seconds * 1000) > lastDateMs ? '' : new Date(seconds * 1000).toISOString()

const longest = 120

/** For names from the cloud, which may be of any length. */
export const clipped = (text: string): string => {
  if (text.length <= longest) return text
  return `${text
    .slice(0, longest)
    .toWellFormed()
    .replace(/\uFFFD$/, '')}…`
}
