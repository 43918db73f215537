import { dirname, isAbsolute, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { inOrderOf } from '../settings/config-file.js'
import type { ReadFile } from '../settings/files.js'
import { codeOf } from '../settings/files.js'
import type { Checked, Fault } from '../settings/setting.js'
import { parseYaml } from '../settings/yaml.js'
import { type RateLimit, readHeaders, readRateLimit, readUsers } from './http.js'
import { type FaultAt, keysOf } from './keys.js'
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

/**
 * Reads a file in the format of Prometheus' exporter-toolkit, and tells everything that is wrong with it and with the files
 * that it names.
 *
 * @see https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md
 * @example
 * readWebConfig('web.yml', () => 'basic_auth_users: {demo: secret}')
 * // left(['web.yml:1:26: basic_auth_users: the password of a user must be a bcrypt hash, like $2y$10$ and 53 characters more'])
 */
export const readWebConfig = (file: string, readFile: ReadFile): Checked<WebConfig> => {
  const faults: Fault[] = []
  const faultAt: FaultAt = ({ line, column }, path, what) => {
    faults.push(`${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${what}`)
  }
  let source: string
  try {
    source = readFile(file)
  } catch (error) {
    return E.left([`${file}: cannot be read (${codeOf(error)})`])
  }
  const root = parseYaml(source)
  if (E.isLeft(root)) {
    for (const { at, what } of root.left) faultAt(at, '', what)
    return E.left(faults)
  }
  const readNamed = (name: string) => readFile(isAbsolute(name) ? name : join(dirname(file), name))
  const top = keysOf(
    root.right,
    '',
    ['tls_server_config', 'http_server_config', 'basic_auth_users', 'rate_limit'],
    faultAt,
  )
  const tls = readTls(top.map('tls_server_config', tlsKeys), readNamed)
  const headers = readHeaders(top.map('http_server_config', ['http2', 'headers']))
  const users = readUsers(top, faultAt)
  const rateLimit = readRateLimit(top.map('rate_limit', ['interval', 'burst']))
  if (faults.length > 0) return E.left(inOrderOf(file)(faults))
  return E.right({
    ...(tls === undefined ? {} : { tls }),
    headers,
    users,
    ...(rateLimit === undefined ? {} : { rateLimit }),
  })
}

/**
 * What is wrong with a file of this name, if anything.
 *
 * @example
 * webFaultsWith(() => '')('web.yml') // []
 */
export const webFaultsWith =
  (readFile: ReadFile) =>
  (file: string): ReadonlyArray<Fault> => {
    const read = readWebConfig(file, readFile)
    return E.isLeft(read) ? read.left : []
  }
