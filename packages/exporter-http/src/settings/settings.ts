import { serviceLabelName } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { flow, pipe } from 'fp-ts/lib/function.js'
import { uniq } from 'fp-ts/lib/ReadonlyArray.js'
import * as S from 'fp-ts/lib/string.js'
import type { LogFormat, LogLevel } from '../log.js'
import {
  type Account,
  all,
  type ClientSettings,
  checkClient,
  checkEndpoint,
  checkIdentity,
  type Missing,
} from './account.js'
import { checkFileAccounts } from './accounts.js'
import { type CollectSettings, checkCollect } from './collect.js'
import { inOrderOf, readConfigFile } from './config-file.js'
import type { Checked, Fault } from './setting.js'
import { createReader, isDemo, type Reader, type Sources } from './sources.js'
import { table } from './table.js'
import { checkWeb, type WebSettings } from './web.js'

export type { Account, ClientSettings } from './account.js'

/** All that the exporter can be told, checked. Plain data, so that two of them can be compared. */
export interface Settings {
  /** At least one; none with `--demo`. */
  readonly accounts: ReadonlyArray<Account>
  /** How the API is called where an account says nothing else, and with `--demo`. */
  readonly client: ClientSettings
  readonly collect: CollectSettings
  readonly metrics: {
    readonly articleNames: boolean
    readonly timestamps: boolean
    readonly serviceLabels: ReadonlyArray<string>
  }
  readonly web: WebSettings
  readonly log: LogSettings
}

export interface LogSettings {
  readonly level: LogLevel
  readonly format: LogFormat
}

/**
 * Reads the settings from flags, environment and file, and tells all that is wrong with them at once.
 *
 * @example
 * readSettings({ flags: new Map([['collect.interval', ['soon']], ['demo', ['true']]]), environment: {}, readFile })
 * // left(['--collect.interval: must be a duration like 30s, 5m or 1h30m'])
 */
export const readSettings = (sources: Sources): Checked<Settings> => readSettingsWith(sources, false)

/**
 * Reads a file alone. What an account lacks in it may still come from flags or the environment.
 *
 * @example
 * readFileSettings('exporter.yml', () => 'collect: { interval: soon }')
 * // left(['exporter.yml:1:22: collect.interval: must be a duration like 30s, 5m or 1h30m'])
 */
export const readFileSettings = (file: string, readFile: Sources['readFile']): Checked<Settings> =>
  readSettingsWith({ flags: new Map([[table.configFile.flag, [file]]]), environment: {}, readFile }, true)

const readSettingsWith = (sources: Sources, isFileAlone: boolean): Checked<Settings> => {
  const file = readConfigFile(sources, isFileAlone)
  const reader = createReader(sources, [file.settings])
  const serviceLabels = checkServiceLabels(reader)
  const accounts = (): Checked<ReadonlyArray<Account>> => {
    if (isDemo(sources)) return E.right([])
    if (file.accounts === undefined) return checkOnlyAccount(reader, isFileAlone || file.isBroken)
    const keys = E.getOrElse((): ReadonlyArray<string> => [])(serviceLabels)
    return checkFileAccounts(sources, file.settings, file.accounts, keys)
  }
  return pipe(
    all({
      file: file.faults.length > 0 ? E.left(file.faults) : E.right(file),
      accounts: accounts(),
      client: checkClient(reader),
      collect: checkCollect(reader),
      metrics: all({
        articleNames: reader.one(table.articleNames),
        timestamps: reader.one(table.timestamps),
        serviceLabels,
      }),
      web: checkWeb(reader),
      log: all({ level: reader.one(table.logLevel), format: reader.one(table.logFormat) }),
      demo: reader.one(table.demo),
    }),
    E.bimap(flow(uniq(S.Eq), inOrderOf(file.name)), ({ file: _file, demo: _demo, ...settings }) => settings),
  )
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
      client: checkClient(reader),
    }),
    E.map(({ identity, ...account }): ReadonlyArray<Account> => [{ ...account, ...identity, labels: {} }]),
    E.orElse((faults) => {
      const others = faults.filter((fault) => !isOptional || !Object.values(missing).includes(fault))
      return others.length > 0 ? E.left(others) : E.right<ReadonlyArray<Fault>, ReadonlyArray<Account>>([])
    }),
  )

const checkServiceLabels = (reader: Reader): Checked<ReadonlyArray<string>> =>
  pipe(
    reader.list(table.serviceLabels),
    E.filterOrElse(
      (keys) => new Set(keys.map(serviceLabelName)).size === keys.length,
      (): ReadonlyArray<Fault> => [
        `${reader.found(table.serviceLabels)?.origin ?? ''}: must not name two labels that Prometheus would write the same`,
      ],
    ),
  )
