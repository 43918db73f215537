import { type Credentials, cloudEndpoints, credentialsFault, type Period } from '@alauda-exporter/alauda-client'
import { defaultMaxAgeMs, serviceLabelName } from '@alauda-exporter/collector'
import { sequenceS } from 'fp-ts/lib/Apply.js'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { uniq } from 'fp-ts/lib/ReadonlyArray.js'
import * as S from 'fp-ts/lib/string.js'
import type { LogFormat, LogLevel } from '../log.js'
import type { ListenAddress } from './listen-address.js'
import { type Checked, type Fault, validation } from './setting.js'
import { createReader, type Reader, type Secret, type Sources } from './sources.js'
import { secretVariables, table } from './table.js'

/** All that the exporter can be told, checked. */
export interface Settings {
  /** Absent with `--demo`. */
  readonly account?: Account
  readonly client: {
    readonly timeoutMs: number
    readonly maxConcurrency: number
    readonly maxRequestsPerSecond: number
    readonly maxRetries: number
  }
  readonly collect: {
    readonly intervalMs: number
    readonly timeoutMs: number
    readonly windowMs: number
    readonly period: Period
    readonly maxAgeMs: number
    readonly maxInstances: number
    readonly includeServices?: RegExp
    readonly excludeServices?: RegExp
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

const all = sequenceS(validation)

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
      client: all({
        timeoutMs: reader.one(table.timeout),
        maxConcurrency: reader.one(table.maxConcurrency),
        maxRequestsPerSecond: reader.one(table.maxRequestsPerSecond),
        maxRetries: reader.one(table.maxRetries),
      }),
      collect: checkCollect(reader),
      metrics: all({ articleNames: reader.one(table.articleNames), serviceLabels: checkServiceLabels(reader) }),
      web: all({ listenAddresses: reader.list(table.listenAddresses), telemetryPath: reader.one(table.telemetryPath) }),
      log: all({ level: reader.one(table.logLevel), format: reader.one(table.logFormat) }),
      demo: reader.one(table.demo),
    }),
    E.bimap(uniq(S.Eq), ({ account, demo: _, ...settings }) => ({ ...settings, ...account })),
  )
}

const checkAccount = (reader: Reader): Checked<{ account: Account }> => {
  const identity = all({
    username: reader.optional(table.username),
    token: reader.secret(secretVariables.token, table.tokenFile),
    organization: reader.optional(table.organization),
  })
  return pipe(
    all({
      endpoint: pipe(
        all({ cloud: reader.one(table.cloud), endpoint: reader.optional(table.endpoint) }),
        E.map(({ cloud, endpoint }) => endpoint ?? cloudEndpoints[cloud]),
      ),
      credentials: pipe(
        all({ password: reader.secret(secretVariables.password, table.passwordFile), identity }),
        E.chain(({ identity, password }) => checkCredentials(identity, password)),
      ),
      namespaces: pipe(
        all({ identity, namespaces: reader.list(table.namespaces) }),
        E.chain(({ identity, namespaces }) => checkNamespaces(identity, namespaces)),
      ),
    }),
    E.map((account) => ({ account })),
  )
}

interface Identity {
  readonly username: string | undefined
  readonly token: Secret | undefined
  readonly organization: string | undefined
}

const checkCredentials = (
  { username, token, organization }: Identity,
  password: Secret | undefined,
): Checked<Credentials> => {
  if (token !== undefined) {
    const fault = credentialsFault({ token: token.text })
    if (password !== undefined) return E.left([`${token.origin}: there is a password too; give one or the other`])
    return fault === undefined ? E.right({ token: token.text }) : E.left([`${token.origin}: ${fault}`])
  }
  if (username !== undefined && password !== undefined) {
    const { text, readAgain } = password
    return E.right({ username, password: readAgain ?? text, ...(organization === undefined ? {} : { organization }) })
  }
  return E.left([
    ...(username === undefined ? [notSet('ALAUDA_USERNAME or --alauda.username', 'user name')] : []),
    ...(password === undefined ? [notSet('ALAUDA_PASSWORD or --alauda.password-file', 'password')] : []),
  ])
}

const notSet = (settings: string, what: string): Fault => `${settings}: is not set; give your ${what}, or try --demo`

const checkNamespaces = (
  { organization, username, token }: Identity,
  namespaces: ReadonlyArray<string>,
): Checked<ReadonlyArray<string>> => {
  if (namespaces.length > 0) return E.right(namespaces)
  const usual = organization ?? username
  if (usual !== undefined) return E.right([usual])
  // Without a token the missing user name is the fault.
  return token === undefined
    ? E.right([])
    : E.left(['ALAUDA_NAMESPACE or --alauda.namespace: is not set; a token does not tell whose services to watch'])
}

const checkCollect = (reader: Reader): Checked<Settings['collect']> =>
  pipe(
    all({
      intervalMs: reader.one(table.interval),
      timeoutMs: reader.optional(table.collectTimeout),
      maxAgeMs: reader.optional(table.maxAge),
      maxInstances: reader.one(table.maxInstances),
      includeServices: reader.optional(table.includeServices),
      excludeServices: reader.optional(table.excludeServices),
      points: pipe(
        all({ windowMs: reader.one(table.window), period: reader.one(table.period) }),
        E.filterOrElse(
          ({ windowMs, period }) =>
            pipe(
              table.window.parse(period),
              E.exists((periodMs) => periodMs <= windowMs),
            ),
          (): ReadonlyArray<Fault> => [
            '--collect.window: must not be shorter than --collect.period, or it may hold no point',
          ],
        ),
      ),
    }),
    E.map(({ timeoutMs, maxAgeMs, points, includeServices, excludeServices, ...collect }) => ({
      ...collect,
      ...points,
      maxAgeMs: maxAgeMs ?? defaultMaxAgeMs(collect.intervalMs),
      timeoutMs: timeoutMs ?? collect.intervalMs,
      ...(includeServices === undefined ? {} : { includeServices }),
      ...(excludeServices === undefined ? {} : { excludeServices }),
    })),
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
