import { isDeepStrictEqual } from 'node:util'
import { serviceLabelName } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { type Account, type ClientSettings, checkEndpoint, checkIdentity, type Missing } from './account.js'
import { checkFileAccounts } from './accounts.js'
import { type CollectSettings, checkCollect } from './collect.js'
import { type FileSize, readConfigFile } from './file.js'
import { sizeRows } from './file-keys.js'
import { all, type Checked, inOrder, type Problem, problem, problemsOf, quoted, refuse, validation } from './problem.js'
import type { Rows, Setting, ValuesOf } from './setting.js'
import { createReader, isDemo, outerLayers, type Reader, type Sources } from './sources.js'
import { table } from './table.js'

export type { Account, ClientSettings } from './account.js'

/** All that the exporter can be told, checked. Plain data, so that two of them can be compared. */
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
  readonly sizes?: Readonly<Record<string, ValuesOf<typeof sizeRows>>>
}

/** The problems of a web configuration, to be reported together with those of the settings. */
export type WebProblems = (file: string) => ReadonlyArray<Problem>

/**
 * Reads the settings from flags, environment and file, and reports every problem at once.
 *
 * @example
 * readSettings({ flags: new Map([['collect.interval', ['soon']], ['demo', ['true']]]), environment: {}, readFile })
 * // left: problemText gives '--collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m'
 */
export const readSettings = (sources: Sources, webProblems?: WebProblems): Checked<Settings> =>
  readSettingsWith(sources, false, webProblems)

/** Reads a file alone. What an account lacks in it may still come from flags or the environment. */
export const readFileSettings = (
  file: string,
  readFile: Sources['readFile'],
  webProblems?: WebProblems,
): Checked<Settings> =>
  readSettingsWith(
    { flags: new Map([[table.file.configFile.flag, [file]]]), environment: {}, readFile },
    true,
    webProblems,
  )

const readSettingsWith = (
  sources: Sources,
  isFileAlone: boolean,
  webProblems: WebProblems = () => [],
): Checked<Settings> => {
  const file = readConfigFile(sources, isFileAlone)
  const reader = createReader(sources, [...outerLayers(sources), file.layer])
  const serviceLabels = checkServiceLabels(reader)
  const accounts = (): Checked<ReadonlyArray<Account>> => {
    if (isDemo(sources)) return E.right([])
    if (file.accounts === undefined) return checkOnlyAccount(reader, isFileAlone || file.isBroken)
    return checkFileAccounts(
      sources,
      file.layer,
      file.accounts,
      E.getOrElse((): ReadonlyArray<string> => [])(serviceLabels),
    )
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

const notSet = (name: string, expected: string): Problem =>
  problem({ origin: 'environment', setting: name }, 'not set', expected)

const missing: Missing = {
  username: notSet('ALAUDA_USERNAME or --alauda.username', 'your user name; --demo needs none'),
  password: notSet('ALAUDA_PASSWORD or --alauda.password-file', 'your password; --demo needs none'),
  namespace: notSet(
    'ALAUDA_NAMESPACE or --alauda.namespace',
    'the user or organization whose services the token may read',
  ),
}

/** The account of flags, environment and the section `alauda`; none where it is optional and something is missing. */
const checkOnlyAccount = (reader: Reader, isOptional: boolean): Checked<ReadonlyArray<Account>> =>
  pipe(
    all({
      endpoint: checkEndpoint(reader),
      identity: checkIdentity(reader, missing),
      client: reader.values(table.client),
    }),
    E.map(({ identity, ...account }): ReadonlyArray<Account> => [{ ...account, ...identity, labels: {} }]),
    E.orElse((problems): Checked<ReadonlyArray<Account>> => {
      const others = problems.filter((each) => !isOptional || !Object.values(missing).includes(each))
      return others.length > 0 ? E.left(others) : E.right([])
    }),
  )

const checkMetrics = (sources: Sources, reader: Reader, given: ReadonlyArray<FileSize>): Checked<MetricsSettings> =>
  pipe(
    all({
      metrics: reader.values(table.metrics),
      sizes: RA.traverse(validation)((size: FileSize) => checkSize(sources, size))(given),
    }),
    E.map(({ metrics, sizes }) => (sizes.length === 0 ? metrics : { ...metrics, sizes: Object.fromEntries(sizes) })),
  )

const checkSize = (sources: Sources, { place, name, layer, isEmpty }: FileSize) =>
  pipe(
    createReader(sources, [layer]).values(sizeRows),
    E.chain((size) => (isEmpty ? refuse(place, 'empty', 'cpu, memory or both') : E.right([name, size] as const))),
  )

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
