import { isDeepStrictEqual } from 'node:util'
import { shown } from '@alauda-exporter/alauda-client/options'
import { serviceLabelName } from '@alauda-exporter/collector'
import { type Checked, checked, complete, type Report } from '../toolkit/config/problem.js'
import { entriesOf, knownEntriesOf, type Value } from '../toolkit/config/value.js'
import { type Account, type ClientSettings, type Missing, readAccount } from './account.js'
import { sizeRows } from './account-table.js'
import { readFileAccounts } from './accounts.js'
import { type CollectSettings, readCollect } from './collect.js'
import { readSettingsFile, type SettingsFile } from './file.js'
import { keyOf, type Rows, type ValuesOf } from './setting.js'
import { createReader, isDemo, layerOf, outerLayers, type Reader, type Sources } from './sources.js'
import { table } from './table.js'

export type { Account, ClientSettings } from './account.js'

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

/** What to show. */
export type MetricsSettings = ValuesOf<typeof table.metrics> & {
  /** What the cloud's named sizes stand for; absent where the file does not set them. */
  readonly sizes?: Sizes
}

type Sizes = Readonly<Record<string, ValuesOf<typeof sizeRows>>>

/** Reports the problems of a web configuration, together with those of the settings. */
export type CheckWeb = (file: string, report: Report) => void

/** Reads a file alone. */
export const readFileSettings = (
  file: string,
  readFile: Sources['readFile'],
  checkWeb?: CheckWeb,
): Checked<Settings> => {
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
    const file = readSettingsFile(sources, report)
    const reader = createReader(sources, [...outerLayers(sources), file.layer], report)
    const { value, values } = reader
    const settings = complete({
      accounts: readAccounts(sources, file, reader),
      client: values(table.client),
      collect: readCollect(reader),
      metrics: readMetrics(sources, file, reader),
      web: values(table.web),
      log: values(table.log),
    })
    values(table.demo)
    const webFile = value(table.web.configFile)
    if (webFile !== undefined) checkWeb(webFile, report)
    return settings
  })

const readAccounts = (sources: Sources, file: SettingsFile, reader: Reader): ReadonlyArray<Account> => {
  const { value, report } = reader
  if (isDemo(sources)) return []
  if (file.accounts !== undefined) {
    const labels = value(table.metrics.serviceLabels) ?? []
    return readFileAccounts(sources, file.layer, file.accounts, labels, report)
  }
  // A file that is checked alone, or that is broken, may lack something.
  const isOptional = sources.isFileAlone === true || file.isBroken
  const account = readAccount(reader, reader, (what) => {
    const [setting, expected] = missing[what]
    return isOptional ? undefined : report({ origin: 'environment', setting }, 'not set', expected)
  })
  return account === undefined ? [] : [{ ...account, labels: {} }]
}

/** What flags, environment and file together do not complete. */
const missing = {
  username: ['ALAUDA_USERNAME or --alauda.username', 'your user name; --demo needs none'],
  password: ['ALAUDA_PASSWORD or --alauda.password-file', 'your password; --demo needs none'],
  namespace: ['ALAUDA_NAMESPACE or --alauda.namespace', 'the user or organization whose services the token may read'],
} as const satisfies Missing

const readMetrics = (sources: Sources, file: SettingsFile, reader: Reader): MetricsSettings | undefined => {
  const { values, find, report } = reader
  const sizes = readSizes(sources, file.sizes, report)
  const metrics = values(table.metrics)
  if (metrics === undefined) return undefined
  const { serviceLabels: labels } = metrics
  const place = find(table.metrics.serviceLabels)?.value.place
  if (place !== undefined && new Set(labels.map(serviceLabelName)).size < labels.length)
    report(place, `${shown(labels.join(', '))} given`, 'labels that Prometheus does not write the same')
  return Object.keys(sizes).length === 0 ? metrics : { ...metrics, sizes }
}

const readSizes = (sources: Sources, sizes: Value | undefined, report: Report): Sizes => {
  const read = new Map<string, Sizes[string]>()
  for (const { key, place, value } of entriesOf(sizes, 'sizes', report)) {
    const entries = knownEntriesOf(value, Object.values(sizeRows).map(keyOf), report)
    if (read.has(key)) report(place, 'given twice')
    if (entries.size === 0) report(place, 'empty', 'cpu, memory or both')
    read.set(key, createReader(sources, [layerOf(entries)], report).values(sizeRows) ?? {})
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
