import { isDeepStrictEqual } from 'node:util'
import { shown } from '@alauda-exporter/alauda-client/options'
import { defaultMaxAgeMs, defaultTimeoutMs, serviceLabelName } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import type { ReadFile } from '../toolkit/config/files.js'
import { type Checked, checked, complete, type Report } from '../toolkit/config/problem.js'
import { entriesOf, type Value } from '../toolkit/config/value.js'
import { sizeRows } from './account-table.js'
import { type Account, type ClientSettings, readFileAccounts, readOneAccount } from './accounts.js'
import { createReader, layerOf, type Reader, type Rows, type Setting, type ValuesOf } from './setting.js'
import { type Given, readSources, type Sources } from './sources.js'
import { table } from './table.js'

export type { Account, ClientSettings } from './accounts.js'

/** All settings, checked. Plain data, so that two of them can be compared. */
export interface Settings {
  /** At least one; none with `--demo`. */
  readonly accounts: ReadonlyArray<Account>
  /** How the API is called where an account does not set it, and with `--demo`. */
  readonly client: ClientSettings
  readonly collect: CollectSettings
  readonly metrics: MetricsSettings
  readonly web: ValuesOf<typeof table.web>
  readonly log: ValuesOf<typeof table.log>
}

/** When to collect, and what. */
export type CollectSettings = ValuesOf<typeof table.collect> & { readonly timeoutMs: number; readonly maxAgeMs: number }

/** What to show. */
export type MetricsSettings = ValuesOf<typeof table.metrics> & {
  /** What the cloud's named sizes stand for; absent where the file does not set them. */
  readonly sizes?: Sizes
}

type Sizes = Readonly<Record<string, ValuesOf<typeof sizeRows>>>

/** Reports the problems of a web configuration, together with those of the settings. */
export type CheckWeb = (file: string, report: Report) => void

/** Reads a file alone. */
export const readFileSettings = (file: string, readFile: ReadFile, checkWeb?: CheckWeb): Checked<Settings> => {
  const flags = new Map([[table.file.configFile.flag, [file]]])
  return readSettings({ flags, environment: {}, readFile, isFileAlone: true }, checkWeb)
}

/**
 * Reads the settings from flags, environment and file, and reports every problem at once.
 *
 * @example
 * readSettings({ flags: new Map([['collect.interval', ['soon']], ['demo', ['true']]]), environment: {}, readFile })
 * // left: problemText gives '--collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m'
 */
export const readSettings = (sources: Sources, checkWeb: CheckWeb = () => {}): Checked<Settings> =>
  checked((report) => {
    const given = readSources(sources, report)
    const reader = createReader([...given.outer, given.file, given.defaults], report)
    const { value, values } = reader
    const settings = complete({
      accounts: readAccounts(given, reader, report),
      client: values(table.client),
      collect: readCollect(reader),
      metrics: readMetrics(reader, given.sizes),
      web: values(table.web),
      log: values(table.log),
    })
    values(table.demo)
    const webFile = value(table.web.configFile)
    if (webFile !== undefined) checkWeb(webFile, report)
    return settings
  })

const readAccounts = (given: Given, { value }: Reader, report: Report): ReadonlyArray<Account> => {
  if (given.isDemo) return []
  const labels = value(table.metrics.serviceLabels) ?? []
  return given.accounts === undefined
    ? readOneAccount(given, report)
    : readFileAccounts(given, given.accounts, labels, report)
}

const readCollect = ({ value, values, find, report }: Reader): CollectSettings | undefined => {
  const { intervalMs, windowMs, period, maxAgeMs } = table.collect
  const refuse = (setting: Setting<unknown>, bound: string, other: Setting<unknown>, why: string): void => {
    const given = find(setting)?.value
    if (given?.kind !== 'value') return
    const what = given.place.origin === 'default' ? 'not set' : `${shown(given.text)} given`
    report(given.place, what, `${bound} ${find(other)?.place.setting}, ${why}`)
  }

  const [interval, maxAge] = [value(intervalMs), value(maxAgeMs)]
  if (interval !== undefined && maxAge !== undefined && maxAge < interval)
    refuse(maxAgeMs, 'at least', intervalMs, 'or values come and go')

  const window = value(windowMs)
  const distance = E.getOrElse(() => 0)(windowMs.format.parse(value(period) ?? ''))
  if (window !== undefined && window < distance) {
    // A period in the file alone is the mistake, rather than the default window.
    if (find(windowMs)?.place.origin === 'default' && typeof find(period)?.place.origin === 'object')
      refuse(period, 'at most', windowMs, 'which may otherwise hold no point')
    else refuse(windowMs, 'at least', period, 'or it may hold no point')
  }

  const collect = values(table.collect)
  return (
    collect && {
      ...collect,
      maxAgeMs: collect.maxAgeMs ?? defaultMaxAgeMs(collect.intervalMs, collect.windowMs),
      timeoutMs: collect.timeoutMs ?? defaultTimeoutMs(collect.intervalMs),
    }
  )
}

const readMetrics = ({ values, find, report }: Reader, given: Value | undefined): MetricsSettings | undefined => {
  const sizes = readSizes(given, report)
  const metrics = values(table.metrics)
  if (metrics === undefined) return undefined
  const { serviceLabels: labels } = metrics
  const place = find(table.metrics.serviceLabels)?.value.place
  if (place !== undefined && new Set(labels.map(serviceLabelName)).size < labels.length)
    report(place, `${shown(labels.join(', '))} given`, 'labels that Prometheus does not write the same')
  return Object.keys(sizes).length === 0 ? metrics : { ...metrics, sizes }
}

const readSizes = (sizes: Value | undefined, report: Report): Sizes => {
  const rows = Object.values(sizeRows)
  const read = new Map<string, Sizes[string]>()
  for (const { key, place, value } of entriesOf(sizes, 'sizes', report)) {
    const layer = layerOf(value, rows, report)
    if (read.has(key)) report(place, 'given twice')
    if (rows.every((row) => layer(row) === undefined)) report(place, 'empty', 'cpu, memory or both')
    read.set(key, createReader([layer], report).values(sizeRows) ?? {})
  }
  return Object.fromEntries(read)
}

/** The settings, unless they change what only a restart can change: the section `web`. */
export const withoutRestart = (before: Settings, after: Settings): Checked<Settings> =>
  checked((report) => {
    for (const [name, { flag }] of Object.entries<Rows[string]>(table.web)) {
      if (!isDeepStrictEqual(Reflect.get(before.web, name), Reflect.get(after.web, name)))
        report({ origin: 'command line', setting: `--${flag}` }, 'changed, which takes a restart')
    }
    return after
  })
