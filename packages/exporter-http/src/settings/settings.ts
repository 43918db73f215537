import { isDeepStrictEqual } from 'node:util'
import { serviceLabelName } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import {
  all,
  type Checked,
  inOrder,
  type Problem,
  problem,
  problemsOf,
  quoted,
  refuse,
} from '../toolkit/config/problem.js'
import { entriesOf, join, knownEntriesOf, type YamlValue } from '../toolkit/config/yaml.js'
import { type Account, type ClientSettings, checkAccount, missing } from './account.js'
import { checkFileAccounts } from './accounts.js'
import { type CollectSettings, checkCollect } from './collect.js'
import { layerOf, readConfigFile } from './file.js'
import { keyOf, sizeRows } from './file-keys.js'
import type { Rows, Setting, ValuesOf } from './setting.js'
import { createReader, isDemo, outerLayers, type Reader, type Sources } from './sources.js'
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

/** The problems of a web configuration, to be reported together with those of the settings. */
export type WebProblems = (file: string) => ReadonlyArray<Problem>

/** Reads a file alone. */
export const readFileSettings = (
  file: string,
  readFile: Sources['readFile'],
  webProblems?: WebProblems,
): Checked<Settings> => {
  const flags = new Map([[table.file.configFile.flag, [file]]])
  return readSettings({ flags, environment: {}, readFile, isFileAlone: true }, webProblems)
}

/**
 * Reads the settings from flags, environment and file, and reports every problem at once.
 *
 * @example
 * readSettings({ flags: new Map([['collect.interval', ['soon']], ['demo', ['true']]]), environment: {}, readFile })
 * // left: problemText gives '--collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m'
 */
export const readSettings = (sources: Sources, webProblems: WebProblems = () => []): Checked<Settings> => {
  const file = readConfigFile(sources)
  const reader = createReader(sources, [...outerLayers(sources), file.layer])
  const serviceLabels = checkServiceLabels(reader)
  const accounts = (): Checked<ReadonlyArray<Account>> => {
    if (isDemo(sources)) return E.right([])
    if (file.accounts !== undefined) {
      const labels = E.getOrElse((): ReadonlyArray<string> => [])(serviceLabels)
      return checkFileAccounts(sources, file.layer, file.accounts, labels)
    }
    const account = checkAccount(reader)
    if (E.isRight(account)) return E.right([account.right])
    // A file that is checked alone, or that is broken, may lack something.
    const isOptional = sources.isFileAlone === true || file.isBroken
    const others = account.left.filter((each) => !isOptional || !Object.values(missing).includes(each))
    return others.length > 0 ? E.left(others) : E.right([])
  }
  const parts = all({
    accounts: accounts(),
    client: reader.values(table.client),
    collect: checkCollect(reader),
    metrics: checkMetrics(sources, reader, file.sizes),
    web: reader.values(table.web),
    log: reader.values(table.log),
  })
  const webFile = reader.value(table.web.configFile)
  const problems = inOrder([
    ...file.problems,
    ...problemsOf(parts),
    ...problemsOf(reader.values(table.demo)),
    ...problemsOf(serviceLabels),
    ...(E.isLeft(webFile) || webFile.right === undefined ? [] : webProblems(webFile.right)),
  ])
  return problems.length > 0 ? E.left(problems) : parts
}

const checkMetrics = (sources: Sources, reader: Reader, sizes: YamlValue | undefined): Checked<MetricsSettings> =>
  pipe(
    all({ metrics: reader.values(table.metrics), sizes: checkSizes(sources, sizes) }),
    E.map(({ metrics, sizes }) => (Object.keys(sizes).length === 0 ? metrics : { ...metrics, sizes })),
  )

const checkSizes = (sources: Sources, sizes: YamlValue | undefined): Checked<Sizes> => {
  const problems: Problem[] = []
  const read = new Map<string, Sizes[string]>()
  for (const { key, place, valueAs } of entriesOf(sizes, 'sizes', problems)) {
    const named = { ...place, setting: join(place.setting, key) }
    const entries = knownEntriesOf(valueAs(named.setting), Object.values(sizeRows).map(keyOf), problems)
    const size = createReader(sources, [layerOf(entries)]).values(sizeRows)
    problems.push(...problemsOf(size))
    if (read.has(key)) problems.push(problem(named, 'given twice'))
    if (entries.size === 0) problems.push(problem(named, 'empty', 'cpu, memory or both'))
    read.set(key, E.isRight(size) ? size.right : {})
  }
  return problems.length > 0 ? E.left(problems) : E.right(Object.fromEntries(read))
}

const checkServiceLabels = ({ value, found }: Reader): Checked<ReadonlyArray<string>> => {
  const { serviceLabels } = table.metrics
  return pipe(
    value(serviceLabels),
    E.chain((keys) => {
      const place = found(serviceLabels)?.place
      const isSame = new Set(keys.map(serviceLabelName)).size < keys.length
      return place === undefined || !isSame
        ? E.right(keys)
        : refuse(place, `${quoted(keys.join(', '))} given`, 'labels that Prometheus does not write the same')
    }),
  )
}

/**
 * The settings that differ though only a restart can change them.
 *
 * @example
 * changedForRestart(settings, { ...settings, web: { ...settings.web, telemetryPath: '/other' } }) // [table.web.telemetryPath]
 */
export const changedForRestart = (before: Settings, after: Settings): ReadonlyArray<Setting<unknown>> =>
  Object.entries<Rows>(table).flatMap(([part, rows]) => {
    const valuesIn = (settings: Settings): unknown => Reflect.get(settings, part)
    const valueIn = (settings: Settings, name: string): unknown => Reflect.get(Object(valuesIn(settings)), name)
    return Object.entries(rows).flatMap(([name, row]) =>
      row.takesRestart !== true || isDeepStrictEqual(valueIn(before, name), valueIn(after, name)) ? [] : [row],
    )
  })
