import type { ServiceRow } from './arrangement.js'
import type { Texts } from './english.js'
import { type Html, html } from './html.js'
import type { FailureStatus, HistoryStatus, Status, Usage } from './model.js'
import { linePlot } from './plot.js'
import { greatestOf, leastOf, sumOf } from './totals.js'
import { ago, bytes, clipped, cores, iso, percent, rate, unknown } from './units.js'

/** What all parts of the page go by. */
export interface Look {
  readonly texts: Texts
  /** Seconds since the epoch, for what was how long ago. */
  readonly now: number
  readonly prometheusUrl?: string | undefined
  /** Whether services of several namespaces or accounts must be distinguished. */
  readonly hasSeveralNamespaces: boolean
}

export const lookFor = (status: Status, texts: Texts, prometheusUrl: string | undefined): Look => ({
  texts,
  now: status.time,
  prometheusUrl,
  hasSeveralNamespaces: status.accounts.flatMap(({ namespaces }) => namespaces).length > 1,
})

/** How long ago; the page's script keeps it true. */
export const agoCell = (time: number | undefined, { texts, now }: Pick<Look, 'texts' | 'now'>): Html => {
  if (time === undefined || iso(time) === '') return html`${unknown}`
  const full = iso(time)
  return html`<time datetime="${full}" data-ago="${time}" title="${full.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')}">${ago(now - time, texts)}</time>`
}

type Tone = 'good' | 'bad' | 'busy' | 'idle' | 'plain'

const symbols: Readonly<Record<Tone, string>> = { good: '●', bad: '▲', busy: '◐', idle: '■', plain: '◆' }

/** A word with a symbol of its own shape: colour must not be the only difference. */
export const badge = (tone: Tone, word: string): Html =>
  html`<span class="badge ${tone}"><span aria-hidden="true">${symbols[tone]}</span> ${word}</span>`

const tones: Readonly<Record<string, Tone>> = {
  Running: 'good',
  Error: 'bad',
  Starting: 'busy',
  Deploying: 'busy',
  Stopped: 'idle',
}

const own = <A>(record: Readonly<Record<string, A>>, key: string): A | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

export const statusName = (status: string, { statuses }: Texts): string => own(statuses, status) ?? clipped(status)

export const statusBadge = (status: string | undefined, texts: Texts): Html =>
  status === undefined ? html`${unknown}` : badge(own(tones, status) ?? 'plain', statusName(status, texts))

// From here on it is nearly used up.
const highRatio = 0.8

/** A bar for a share, from 0 to 1; the number stands beside it. Drawn: what browsers make of `meter` differs too much. */
const bar = (ratio: number | undefined, label: string): Html | undefined => {
  if (ratio === undefined) return undefined
  const width = (Math.min(Math.max(ratio, 0), 1) * 100).toFixed(1)
  return html`<svg class="bar${ratio >= highRatio && ' high'}" role="meter" aria-label="${label}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="${width}" aria-valuetext="${percent(ratio)}" viewBox="0 0 100 6" preserveAspectRatio="none"><rect width="${width}" height="6"/></svg>`
}

type Measure = 'cpu' | 'memory'

export const valuesOf = (history: HistoryStatus, measure: Measure): ReadonlyArray<number | null> =>
  measure === 'cpu' ? history.cpuUsageCores : history.memoryUsageBytes

/** The plot in words. */
export const plotText = (history: HistoryStatus, measure: Measure, texts: Texts): string => {
  const write = measure === 'cpu' ? cores : bytes
  const values = valuesOf(history, measure).filter((value) => value !== null)
  const minutes = Math.round(((history.times.at(-1) ?? 0) - (history.times[0] ?? 0)) / 60)
  return texts.plotOf(minutes, write(leastOf(values)), write(greatestOf(values)), write(values.at(-1)))
}

/** The same, for who does not see whose it is. */
export const plotLabel = (history: HistoryStatus, measure: Measure, name: string, texts: Texts): string =>
  `${measure === 'cpu' ? texts.cpuOf(name) : texts.memoryOf(name)}${texts.comma}${plotText(history, measure, texts)}`

const spark = (history: HistoryStatus | undefined, measure: Measure, name: string, { texts }: Look): Html => {
  const plot = history === undefined ? undefined : linePlot(history.times, valuesOf(history, measure))
  return history === undefined || plot === undefined
    ? html`<span class="spark"></span>`
    : html`<span class="spark" role="img" aria-label="${plotLabel(history, measure, name, texts)}">${plot}</span>`
}

export const cpuCell = (usage: Usage, name: string, { texts }: Look): Html =>
  html`<span class="value">${cores(usage.cpuUsageCores)}${usage.cpuUtilizationRatio !== undefined && html` <small>${percent(usage.cpuUtilizationRatio)}</small>`}</span>${bar(usage.cpuUtilizationRatio, texts.cpuOf(name))}`

export const memoryCell = (usage: Usage, name: string, { texts }: Look): Html =>
  html`<span class="value">${bytes(usage.memoryUsageBytes)}</span>${bar(usage.memoryUtilizationRatio, texts.memoryOf(name))}`

export const withSpark = (
  cell: Html,
  measure: Measure,
  { service: { history, service } }: ServiceRow,
  look: Look,
): Html => html`<div class="usage">${cell}${spark(history, measure, clipped(service), look)}</div>`

export const networkCell = (usage: Usage, { receive, transmit }: Texts): Html =>
  html`<span class="flow"><span role="img" aria-label="${receive}">↓</span> ${rate(usage.networkReceiveBytesPerSecond)}</span> <span class="flow"><span role="img" aria-label="${transmit}">↑</span> ${rate(usage.networkTransmitBytesPerSecond)}</span>`

export const failureText = (failure: FailureStatus | undefined): Html | undefined =>
  failure === undefined ? undefined : html`<span class="reason">${clippedMessage(failure.message)}</span>`

const longestMessage = 1000

const clippedMessage = (message: string): string =>
  message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message

export const countFailed = (status: Status): number =>
  status.accounts.flatMap(({ namespaces }) => namespaces).reduce((sum, { failedInstances }) => sum + failedInstances, 0)

/** Those for whose last hour there is no room, in words; empty when there are none. */
export const unplottedText = (rows: ReadonlyArray<ServiceRow>, texts: Texts): string => {
  const count = rows.filter(({ service }) => service.history === undefined).length
  return count === 0 ? '' : texts.withoutPlots(count)
}

const mostSizesNamed = 20

/** The sizes whose CPU limit is unknown, in words; empty when there are none. */
export const unknownSizesText = (rows: ReadonlyArray<ServiceRow>, texts: Texts): string => {
  const unknown = rows.flatMap(({ service: { size, cpuLimitCores } }) =>
    size === undefined || cpuLimitCores !== undefined ? [] : [clipped(size)],
  )
  const sizes = [...new Set(unknown)].sort()
  if (sizes.length === 0) return ''
  const named = sizes.slice(0, mostSizesNamed).join(texts.comma)
  return texts.unknownSizes(sizes.length > mostSizesNamed ? `${named}${texts.comma}…` : named)
}

/** On all pages. */
export const countServices = (status: Status): number =>
  status.accounts.flatMap(({ namespaces }) => namespaces).reduce((sum, { serviceCount }) => sum + serviceCount, 0)

/** Absent if there are services and none reports it. */
export const countRunning = (status: Status): number | undefined => {
  const namespaces = status.accounts.flatMap((account) => account.namespaces)
  return countServices(status) === 0 ? 0 : sumOf(namespaces.map(({ runningInstances }) => runningInstances))
}
