import type { ReadFile } from '../config/files.js'
import { type Checked, checked, type Report } from '../config/problem.js'
import { readMap } from '../config/value.js'
import { readYaml } from '../config/yaml.js'
import { type RateLimit, readHeaders, readRateLimit, users } from './http.js'
import { keysOf } from './keys.js'
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
  const tls = readTls(top.map('tls_server_config', tlsKeys), readFile)
  const rateLimit = readRateLimit(top.map('rate_limit', ['interval', 'burst']))
  return {
    ...(tls === undefined ? {} : { tls }),
    headers: readHeaders(top.map('http_server_config', ['http2', 'headers'])),
    users: readMap(top.at('basic_auth_users'), users, report, { isSecret: true }),
    ...(rateLimit === undefined ? {} : { rateLimit }),
  }
}
