import * as E from 'fp-ts/lib/Either.js'
import type { ReadFile } from '../config/files.js'
import { durationOrZeroUpToDays, longestWaitDays, onOff, type Parser, wholeNumber } from '../config/format.js'
import { type Checked, checked, type Report } from '../config/problem.js'
import { readMap } from '../config/value.js'
import { readYaml } from '../config/yaml.js'
import { type Keys, keysOf } from './keys.js'
import { readTls, type TlsConfig, tlsKeys } from './tls.js'

/** What a file says of TLS, users, headers and the rate of requests. */
export interface WebConfig {
  /** Absent for HTTP without TLS. */
  readonly tls?: TlsConfig
  /** For every answer. */
  readonly headers: Readonly<Record<string, string>>
  /** Bcrypt hashes by user name; with none everyone is let in. */
  readonly users: ReadonlyMap<string, string>
  /** Absent for no limit. */
  readonly rateLimit?: RateLimit
}

/** At most `burst` requests at once, and then one in each `intervalMs`. */
export interface RateLimit {
  readonly intervalMs: number
  readonly burst: number
}

/**
 * Reads a file in the format of Prometheus' exporter-toolkit, with every problem of it and of the files that it names.
 *
 * @see https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 * @example
 * readWebConfig('web.yml', () => 'basic_auth_users: {demo: secret}')
 * // left: 'web.yml:1:26: basic_auth_users: value not shown, expected a bcrypt hash like $2y$10$ and 53 more characters'
 */
export const readWebConfig = (file: string, readFile: ReadFile): Checked<WebConfig> =>
  checked((report) => readWebFile(file, readFile, report))

/** The same, within the reading of other files. */
export const readWebFile = (file: string, readFile: ReadFile, report: Report): WebConfig | undefined => {
  const root = readYaml(file, readFile, report)
  if (root === undefined) return undefined
  const names = ['tls_server_config', 'http_server_config', 'basic_auth_users', 'rate_limit']
  const top = keysOf(root, names, report)
  const keysIn = (section: string, known: ReadonlyArray<string>) => keysOf(top.at(section), known, report)
  const tls = readTls(keysIn('tls_server_config', tlsKeys), readFile)
  const rateLimit = readRateLimit(keysIn('rate_limit', ['interval', 'burst']))
  return {
    ...(tls === undefined ? {} : { tls }),
    headers: readHeaders(keysIn('http_server_config', ['http2', 'headers']), report),
    users: readMap(top.at('basic_auth_users'), users, report, { isSecret: true }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  }
}

// The headers that the toolkit knows; it holds two of them to these values.
const headerValues: Readonly<Record<string, ReadonlyArray<string>>> = {
  'Content-Security-Policy': [],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-Content-Type-Options': ['nosniff'],
  'X-XSS-Protection': [],
  'Strict-Transport-Security': [],
}

/** Reads `http_server_config`: the headers for all answers. */
const readHeaders = (keys: Keys, report: Report): Readonly<Record<string, string>> => {
  // A server that speaks HTTP/1.1 alone keeps to both values.
  keys.value('http2', onOff)
  const names = Object.keys(headerValues)
  const headers = keysOf(keys.at('headers'), names, report)
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.value(name, headerFormat(headerValues[name] ?? []))
      return value === undefined || value === '' ? [] : [[name, value]]
    }),
  )
}

const headerFormat = (allowed: ReadonlyArray<string>): Parser<string> => ({
  parse: (given) => {
    if (given === '') return E.right(given)
    if (allowed.length > 0 && !allowed.includes(given)) return E.left(allowed.join(' or '))
    // A line break would begin another header.
    return /^[\x20-\x7e]+$/.test(given) ? E.right(given) : E.left('one line of ASCII characters')
  },
})

// Beyond this a single login takes many seconds.
const highestCost = 16

const bcryptHash: Parser<string> = {
  parse: (given) => {
    const [, cost] = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/.exec(given) ?? []
    if (cost === undefined) return E.left('a bcrypt hash like $2y$10$ and 53 more characters')
    return Number(cost) > highestCost
      ? E.left(`a bcrypt hash of a cost up to ${highestCost}, or a login takes too long`)
      : E.right(given)
  },
}

const userName: Parser<string> = {
  parse: E.fromPredicate(
    (given) => given !== '' && !given.includes(':'),
    () => 'a user name without a colon',
  ),
}

/** `basic_auth_users`: names and the bcrypt hashes of their passwords. */
const users = { what: 'names and bcrypt hashes', key: userName, value: bcryptHash }

const interval = durationOrZeroUpToDays(longestWaitDays)

/** Reads `rate_limit`; absent for no limit. */
const readRateLimit = (keys: Keys): RateLimit | undefined => {
  const intervalMs = keys.value('interval', interval)
  const burst = keys.value('burst', wholeNumber)
  if (intervalMs === undefined || intervalMs === 0) return undefined
  if (!keys.has('burst')) keys.refuse('burst', 'not set', 'a number of requests together with interval')
  if (burst === 0) keys.refuse('burst', '"0" given', 'at least 1 together with interval, or no request is answered')
  return burst === undefined || burst === 0 ? undefined : { intervalMs, burst }
}
