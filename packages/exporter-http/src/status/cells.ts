import type { ServiceRow } from './arrangement.js'
import type { Texts } from './english.js'
import { type Html, html } from './html.js'
import type { Look } from './look.js'
import type { FailureStatus, ServiceStatus, Usage } from './model.js'
import { type Measure, measures, plotOf } from './plot.js'
import { ago, clipped, iso, percent, rate, unknown } from './units.js'

/** How long ago; the page's script keeps it up to date. */
export const agoCell = (time: number | undefined, { texts, now }: Pick<Look, 'texts' | 'now'>): Html => {
  const full = time === undefined ? '' : iso(time)
  if (time === undefined || full === '') return html`${unknown}`
  return html`<time datetime="${full}" data-ago="${time}" title="${full.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}">${ago(now - time, texts)}</time>`
}

// Each tone has a symbol of its own shape: colour must not be the only difference.
const symbols = { good: '●', bad: '▲', busy: '◐', idle: '■', plain: '◆' } as const
type Tone = keyof typeof symbols

export const badge = (tone: Tone, word: string): Html =>
  html`<span class="badge ${tone}"><span aria-hidden="true">${symbols[tone]}</span> ${word}</span>`

const tones: ReadonlyMap<string, Tone> = new Map([
  ['Running', 'good'],
  ['Error', 'bad'],
  ['Starting', 'busy'],
  ['Deploying', 'busy'],
  ['Stopped', 'idle'],
])

export const statusName = (status: string, { statuses }: Texts): string => statuses.get(status) ?? clipped(status)

export const statusBadge = (status: string | undefined, texts: Texts): Html =>
  status === undefined ? html`${unknown}` : badge(tones.get(status) ?? 'plain', statusName(status, texts))

// From this share on, little of the limit is left.
const highRatio = 0.8

/** A bar for a share, from 0 to 1; the number stands beside it. Browsers draw `meter` too differently. */
const bar = (ratio: number | undefined, label: string): Html | undefined => {
  if (ratio === undefined) return undefined
  const width = (Math.min(Math.max(ratio, 0), 1) * 100).toFixed(1)
  return html`<svg class="bar${ratio >= highRatio && ' high'}" role="meter" aria-label="${label}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${width}" aria-valuetext="${percent(ratio)}" viewBox="0 0 100 6" preserveAspectRatio="none"><rect width="${width}" height="6"/></svg>`
}

export const usageCell = (measure: Measure, usage: Usage, name: string, texts: Texts, line?: Html): Html => {
  const { write, usedOf, ratioOf } = measures[measure]
  const ratio = ratioOf(usage)
  const share = measure === 'cpu' && ratio !== undefined && html` <small>${percent(ratio)}</small>`
  return html`<div class="usage"><span class="value">${write(usedOf(usage))}${share}</span>${bar(ratio, texts.usageOf[measure](name))}${line}</div>`
}

/** The last hour as a small line. */
export const spark = (measure: Measure, service: ServiceStatus, texts: Texts): Html => {
  const plot = plotOf(service, measure, texts)
  return plot === undefined
    ? html`<span class="spark"></span>`
    : html`<span class="spark" role="img" aria-label="${plot.label}">${plot.svg}</span>`
}

export const networkCell = (usage: Usage, { receive, transmit }: Texts): Html =>
  html`<span class="flow"><span role="img" aria-label="${receive}">↓</span> ${rate(usage.networkReceiveBytesPerSecond)}</span> <span class="flow"><span role="img" aria-label="${transmit}">↑</span> ${rate(usage.networkTransmitBytesPerSecond)}</span>`

const longestMessage = 1000

export const failureText = ({ message }: FailureStatus): Html =>
  html`<span class="reason">${message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message}</span>`

/** The number of services without a plot, in words; empty if each has one. */
export const unplottedText = (rows: ReadonlyArray<ServiceRow>, texts: Texts): string => {
  const count = rows.filter(({ service }) => service.history === undefined).length
  return count === 0 ? '' : texts.withoutPlots(count)
}

const mostSizesNamed = 20

/** The sizes whose CPU limit is unknown, in words; empty if there are none. */
export const unknownSizesText = (rows: ReadonlyArray<ServiceRow>, texts: Texts): string => {
  const unknown = rows.flatMap(({ service: { size, cpuLimitCores } }) =>
    size === undefined || cpuLimitCores !== undefined ? [] : [clipped(size)],
  )
  const sizes = [...new Set(unknown)].sort()
  if (sizes.length === 0) return ''
  const named = sizes.slice(0, mostSizesNamed).join(texts.comma)
  return texts.unknownSizes(sizes.length > mostSizesNamed ? `${named}${texts.comma}…` : named)
}
