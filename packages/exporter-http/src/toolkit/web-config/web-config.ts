import { dirname, isAbsolute, join } from 'node:path'
import * as E from 'fp-ts/lib/Either.js'
import { codeOf, type ReadFile } from '../config/files.js'
import { keysOf } from '../config/keys.js'
import { type Checked, inOrder, type Problem, problemsOf, refuse } from '../config/problem.js'
import { parseYaml } from '../config/yaml.js'
import { type RateLimit, readHeaders, readRateLimit, readUsers } from './http.js'
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
export const readWebConfig = (file: string, readFile: ReadFile): Checked<WebConfig> => {
  let source: string
  try {
    source = readFile(file)
  } catch (error) {
    return refuse({ origin: { file }, setting: '' }, `cannot be read (${codeOf(error)})`)
  }
  const root = parseYaml(file, source)
  if (E.isLeft(root)) return root
  const problems: Problem[] = []
  const readNamed = (name: string) => readFile(isAbsolute(name) ? name : join(dirname(file), name))
  const names = ['tls_server_config', 'http_server_config', 'basic_auth_users', 'rate_limit']
  const top = keysOf(root.right, names, problems)
  const tls = readTls(top.map('tls_server_config', tlsKeys), readNamed)
  const headers = readHeaders(top.map('http_server_config', ['http2', 'headers']))
  const users = readUsers(top, problems)
  const rateLimit = readRateLimit(top.map('rate_limit', ['interval', 'burst']))
  if (problems.length > 0) return E.left(inOrder(problems))
  return E.right({
    ...(tls === undefined ? {} : { tls }),
    headers,
    users,
    ...(rateLimit === undefined ? {} : { rateLimit }),
  })
}

/**
 * The problems of a file of this name.
 *
 * @example
 * webProblemsWith(() => '')('web.yml') // []
 */
export const webProblemsWith =
  (readFile: ReadFile) =>
  (file: string): ReadonlyArray<Problem> =>
    problemsOf(readWebConfig(file, readFile))
