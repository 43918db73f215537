import { type Credentials, cloudEndpoints, credentialsFault, type Period } from '@alauda-exporter/alauda-client'
import { serviceLabelName } from '@alauda-exporter/collector'
import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { getSemigroup } from 'fp-ts/lib/ReadonlyArray.js'
import type { LogFormat, LogLevel } from '../log.js'
import { parseDuration } from './duration.js'
import type { ListenAddress } from './listen-address.js'
import type { Fault } from './setting.js'
import { createReader, type Reader, type Sources } from './sources.js'
import { secretVariables, table } from './table.js'

/** All that the exporter can be told, checked. */
export interface Settings {
  /** Absent with `--demo`. */
  readonly account?: Account
  readonly client: { readonly timeoutMs: number; readonly maxConcurrency: number }
  readonly collect: {
    readonly intervalMs: number
    readonly timeoutMs: number
    readonly windowMs: number
    readonly period: Period
  }
  readonly metrics: { readonly articleNames: boolean; readonly serviceLabels: ReadonlyArray<string> }
  readonly web: { readonly listenAddresses: ReadonlyArray<ListenAddress>; readonly telemetryPath: string }
  readonly log: LogSettings
}

/** Whose services to watch, and where. */
export interface Account {
  readonly endpoint: string
  readonly credentials: Credentials
  readonly namespaces: ReadonlyArray<string>
}

export interface LogSettings {
  readonly level: LogLevel
  readonly format: LogFormat
}

type Checked<A> = E.Either<ReadonlyArray<Fault>, A>

// Tells the faults of all its parts, not only the first one's.
const all = sequenceS(E.getApplicativeValidation(getSemigroup<Fault>()))

/**
 * Reads the settings from flags and environment, and tells all that is wrong with them at once.
 *
 * @example
 * readSettings({ flags: new Map([['collect.interval', ['soon']], ['demo', ['true']]]), environment: {}, readFile })
 * // left(['--collect.interval: must be a duration like 30s, 5m or 1h30m'])
 */
export const readSettings = (sources: Sources): Checked<Settings> => {
  const reader = createReader(sources)
  return pipe(
    all({
      account: reader.isDemo ? E.right({}) : checkAccount(reader),
      client: all({ timeoutMs: reader.one(table.timeout), maxConcurrency: reader.one(table.maxConcurrency) }),
      collect: checkCollect(reader),
      metrics: all({ articleNames: reader.one(table.articleNames), serviceLabels: checkServiceLabels(reader) }),
      web: all({ listenAddresses: reader.list(table.listenAddresses), telemetryPath: reader.one(table.telemetryPath) }),
      log: all({ level: reader.one(table.logLevel), format: reader.one(table.logFormat) }),
      demo: reader.one(table.demo),
    }),
    E.map(({ account, demo: _, ...settings }) => ({ ...settings, ...account })),
  )
}

const checkAccount = (reader: Reader): Checked<{ account: Account }> =>
  pipe(
    all({
      username: reader.optional(table.username),
      password: reader.secret(secretVariables.password, table.passwordFile),
      token: reader.secret(secretVariables.token, table.tokenFile),
      organization: reader.optional(table.organization),
      cloud: reader.one(table.cloud),
      endpoint: reader.optional(table.endpoint),
      namespaces: reader.list(table.namespaces),
    }),
    E.chain((given) => {
      const endpoint = given.endpoint ?? cloudEndpoints[given.cloud]
      return all({
        endpoint: E.right(endpoint),
        credentials: checkCredentials(given),
        namespaces: checkNamespaces(given),
      })
    }),
    E.map((account) => ({ account })),
  )

interface GivenAccount {
  readonly username: string | undefined
  readonly password: string | undefined
  readonly token: string | undefined
  readonly organization: string | undefined
  readonly namespaces: ReadonlyArray<string>
}

const checkCredentials = ({ username, password, token, organization }: GivenAccount): Checked<Credentials> => {
  if (token !== undefined) {
    const fault = credentialsFault({ token })
    if (password !== undefined) return E.left(['ALAUDA_TOKEN: there is a password too; give one or the other'])
    return fault === undefined ? E.right({ token }) : E.left([`ALAUDA_TOKEN: ${fault}`])
  }
  const faults = [
    ...(username === undefined
      ? ['ALAUDA_USERNAME or --alauda.username: is not set; give your user name, or try --demo']
      : []),
    ...(password === undefined
      ? ['ALAUDA_PASSWORD or --alauda.password-file: is not set; give your password, or try --demo']
      : []),
  ]
  return username === undefined || password === undefined
    ? E.left(faults)
    : E.right({ username, password, ...(organization === undefined ? {} : { organization }) })
}

const checkNamespaces = ({
  namespaces,
  organization,
  username,
  token,
}: GivenAccount): Checked<ReadonlyArray<string>> => {
  if (namespaces.length > 0) return E.right(namespaces)
  const usual = organization ?? username
  if (usual !== undefined) return E.right([usual])
  // Without a user name a password is no use either, and that has been said.
  return token === undefined
    ? E.right([])
    : E.left(['ALAUDA_NAMESPACE or --alauda.namespace: is not set; a token does not tell whose services to watch'])
}

const checkCollect = (reader: Reader): Checked<Settings['collect']> =>
  pipe(
    all({
      intervalMs: reader.one(table.interval),
      timeoutMs: reader.optional(table.collectTimeout),
      windowMs: reader.one(table.window),
      period: reader.one(table.period),
    }),
    E.filterOrElse(
      ({ windowMs, period }) => windowMs >= periodMs(period),
      (): ReadonlyArray<Fault> => [
        '--collect.window: must not be shorter than --collect.period, or it may hold no point',
      ],
    ),
    E.map(({ timeoutMs, ...collect }) => ({ ...collect, timeoutMs: timeoutMs ?? collect.intervalMs })),
  )

const periodMs = (period: Period): number =>
  pipe(
    parseDuration(period),
    E.getOrElse(() => Number.POSITIVE_INFINITY),
  )

const checkServiceLabels = (reader: Reader): Checked<ReadonlyArray<string>> =>
  pipe(
    reader.list(table.serviceLabels),
    E.filterOrElse(
      (keys) => new Set(keys.map(serviceLabelName)).size === keys.length,
      (): ReadonlyArray<Fault> => [
        '--metrics.service-labels: must not name two labels that Prometheus would write the same',
      ],
    ),
  )
