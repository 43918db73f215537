import { isDeepStrictEqual } from 'node:util'
import { printable } from '@alauda-exporter/alauda-client'
import { serviceLabelName } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as S from 'fp-ts/lib/string.js'
import { type Account, all, type ClientSettings, checkEndpoint, checkIdentity, type Missing } from './account.js'
import { checkFileAccounts } from './accounts.js'
import { type CollectSettings, checkCollect } from './collect.js'
import { inOrderOf, readConfigFile } from './config-file.js'
import type { FileSize } from './file.js'
import { sizeRows } from './file-keys.js'
import { type Checked, type Fault, type Setting, type ValuesOf, validation } from './setting.js'
import { createReader, isDemo, type Reader, type Sources } from './sources.js'
import { table } from './table.js'

export type { Account, ClientSettings } from './account.js'

/** All that the exporter can be told, checked. Plain data, so that two of them can be compared. */
export interface Settings {
  /** At least one; none with `--demo`. */
  readonly accounts: ReadonlyArray<Account>
  /** How the API is called where an account says nothing else, and with `--demo`. */
  readonly client: ClientSettings
  readonly collect: CollectSettings
  readonly metrics: MetricsSettings
  readonly web: ValuesOf<typeof table.web>
  readonly log: ValuesOf<typeof table.log>
}

/** What to show. */
export type MetricsSettings = ValuesOf<typeof table.metrics> & {
  /** What the cloud's named sizes stand for; absent where the file does not say. */
  readonly sizes?: Readonly<Record<string, ValuesOf<typeof sizeRows>>>
}

/**
 * Reads the settings from flags, environment and file, and tells all that is wrong with them at once.
 *
 * @example
 * readSettings({ flags: new Map([['collect.interval', ['soon']], ['demo', ['true']]]), environment: {}, readFile })
 * // left(['--collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m'])
 */
export const readSettings = (sources: Sources, webFaults?: WebFaults): Checked<Settings> =>
  readSettingsWith(sources, false, webFaults)

/** What is wrong with the web configuration of this name: to be told together with what is wrong with the settings. */
export type WebFaults = (file: string) => ReadonlyArray<Fault>

/**
 * Reads a file alone. What an account lacks in it may still come from flags or the environment.
 *
 * @example
 * readFileSettings('exporter.yml', () => 'collect: { interval: soon }')
 * // left(['exporter.yml:1:22: collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m'])
 */
export const readFileSettings = (
  file: string,
  readFile: Sources['readFile'],
  webFaults?: WebFaults,
): Checked<Settings> =>
  readSettingsWith(
    { flags: new Map([[table.file.configFile.flag, [file]]]), environment: {}, readFile },
    true,
    webFaults,
  )

const readSettingsWith = (
  sources: Sources,
  isFileAlone: boolean,
  webFaults: WebFaults = () => [],
): Checked<Settings> => {
  const file = readConfigFile(sources, isFileAlone)
  const reader = createReader(sources, [file.settings])
  const serviceLabels = checkServiceLabels(reader)
  const accounts = (): Checked<ReadonlyArray<Account>> => {
    if (isDemo(sources)) return E.right([])
    if (file.accounts === undefined) return checkOnlyAccount(reader, isFileAlone || file.isBroken)
    const keys = E.getOrElse((): ReadonlyArray<string> => [])(serviceLabels)
    return checkFileAccounts(sources, file.settings, file.accounts, keys)
  }
  const webFile = reader.value(table.web.configFile)
  const ofWeb = E.isLeft(webFile) || webFile.right === undefined ? [] : webFaults(webFile.right)
  const settings = pipe(
    all({
      file: file.faults.length > 0 ? E.left(file.faults) : E.right(file),
      accounts: accounts(),
      client: reader.values(table.client),
      collect: checkCollect(reader),
      metrics: checkMetrics(reader, file.sizes),
      web: reader.values(table.web),
      log: reader.values(table.log),
      demo: reader.values(table.demo),
      serviceLabels,
    }),
    E.bimap(
      flow(RA.uniq(S.Eq), inOrderOf(file.name)),
      ({ file: _file, demo: _demo, serviceLabels: _labels, ...settings }) => settings,
    ),
  )
  const faults = [...(E.isLeft(settings) ? settings.left : []), ...ofWeb]
  return faults.length === 0 ? settings : E.left(faults.map(printable))
}

const notSet = (settings: string, what: string): Fault => `${settings}: is not set; give your ${what}, or try --demo`

const missing: Missing = {
  username: notSet('ALAUDA_USERNAME or --alauda.username', 'user name'),
  password: notSet('ALAUDA_PASSWORD or --alauda.password-file', 'password'),
  namespace: 'ALAUDA_NAMESPACE or --alauda.namespace: is not set; a token does not tell whose services to watch',
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
    E.orElse((faults) => {
      const others = faults.filter((fault) => !isOptional || !Object.values(missing).includes(fault))
      return others.length > 0 ? E.left(others) : E.right<ReadonlyArray<Fault>, ReadonlyArray<Account>>([])
    }),
  )

const checkMetrics = (reader: Reader, given: ReadonlyArray<FileSize>): Checked<MetricsSettings> =>
  pipe(
    all({ metrics: reader.values(table.metrics), sizes: RA.traverse(validation)(checkSize)(given) }),
    E.map(({ metrics, sizes }) => (sizes.length === 0 ? metrics : { ...metrics, sizes: Object.fromEntries(sizes) })),
  )

// A size is said by the file alone, and names none.
const nothing: Sources = { flags: new Map(), environment: {}, readFile: () => '' }

const checkSize = ({ origin, name, layer }: FileSize): Checked<readonly [string, ValuesOf<typeof sizeRows>]> =>
  pipe(
    createReader(nothing, [layer]).values(sizeRows),
    E.filterOrElse(
      () => layer.size > 0,
      (): ReadonlyArray<Fault> => [`${origin}: must have cpu, memory or both`],
    ),
    E.map((size) => [name, size] as const),
  )

const checkServiceLabels = (reader: Reader): Checked<ReadonlyArray<string>> =>
  pipe(
    reader.value(table.metrics.serviceLabels),
    E.filterOrElse(
      (keys) => new Set(keys.map(serviceLabelName)).size === keys.length,
      (): ReadonlyArray<Fault> => [
        `${reader.found(table.metrics.serviceLabels)?.origin ?? ''}: must not name two labels that Prometheus would write the same`,
      ],
    ),
  )

/**
 * The settings that differ though only a restart can change them.
 *
 * @example
 * changedForRestart(settings, { ...settings, web: { ...settings.web, telemetryPath: '/other' } }) // [table.web.telemetryPath]
 */
export const changedForRestart = (before: Settings, after: Settings): ReadonlyArray<Setting<unknown>> =>
  (['client', 'collect', 'metrics', 'web', 'log'] as const).flatMap((part) => {
    const [old, now]: ReadonlyArray<Readonly<Record<string, unknown>>> = [before[part], after[part]]
    return Object.entries<Setting<unknown>>(table[part]).flatMap(([name, row]) =>
      row.takesRestart !== true || isDeepStrictEqual(old?.[name], now?.[name]) ? [] : [row],
    )
  })
