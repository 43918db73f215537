import { parseSecret } from '@alauda-exporter/alauda-client'
import { shown } from '@alauda-exporter/alauda-client/options'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ReadFile } from '../toolkit/config/files.js'
import type { Report } from '../toolkit/config/problem.js'
import { certificatesOf, privateKeyOf } from '../toolkit/web-config/certificates.js'
import { proxyUrl } from './formats.js'
import type { Reader, ValuesOf } from './setting.js'
import { table } from './table.js'

/** A proxy, and the setting or variable that names it. */
export interface NamedProxy {
  readonly name: string
  readonly url: string
}

/** What the environment says of proxies, as curl, Go and Node.js programs read it. */
export interface ProxyVariables {
  readonly http?: NamedProxy
  readonly https?: NamedProxy
  /** The hosts for which there is no proxy. */
  readonly none: string
}

/** User name and password of a text `user:password`, or what is wrong: nothing of it is repeated. */
export const proxyCredentialsOf = (text: string): E.Either<string, string> =>
  pipe(
    parseSecret(text),
    E.filterOrElse(
      (credentials) => /^[^:]+:/.test(credentials),
      () => 'no user name',
    ),
    E.mapLeft(() => 'does not hold user:password in one line'),
  )

/** No proxy, whatever the environment says. */
export const noProxies: ProxyVariables = { none: '' }

/** Through what the API is reached: by the settings and the environment. */
export type ConnectionSettings = Omit<ValuesOf<typeof table.connection>, 'proxyUrl'> & {
  readonly proxies: ProxyVariables
}

/**
 * Reads through what the API is reached; the settings' own proxy takes precedence over the variables. With `readFile`, files that
 * cannot be used are problems.
 */
export const readConnection = (
  reader: Reader,
  variables: ProxyVariables,
  readFile?: ReadFile,
): ConnectionSettings | undefined => {
  const given = reader.values(table.connection)
  if (given === undefined) return undefined
  if (readFile !== undefined) checkFiles(given, reader, readFile)
  const { proxyUrl: url, ...files } = given
  const proxy = url && { name: `--${table.connection.proxyUrl.flag}`, url }
  return { proxies: proxy ? { ...noProxies, http: proxy, https: proxy } : variables, ...files }
}

const checkFiles = (given: ValuesOf<typeof table.connection>, { find, report }: Reader, readFile: ReadFile): void => {
  for (const { setting, file, parse } of Object.values(connectionFiles(given))) {
    const place = find(table.connection[setting])?.value.place
    if (file === undefined || place === undefined) continue
    const found = pipe(readFile(file), E.chain(parse))
    if (E.isLeft(found))
      report(place, `${/^[ -~]{1,200}$/.test(file) ? file : shown(file)}: cannot be used (${found.left})`)
  }
}

interface ConnectionFile {
  readonly setting: 'proxyCredentialsFile' | 'caFile' | 'clientCertFile' | 'clientKeyFile'
  /** Absent where the setting is. */
  readonly file: string | undefined
  /** What is used of its text, or what is wrong with that. */
  readonly parse: (text: string) => E.Either<string, string>
}

/** The files that a connection needs, each with the setting that names it. A certificate's file may hold its key too. */
export const connectionFiles = ({
  proxyCredentialsFile,
  caFile,
  clientCertFile,
  clientKeyFile,
}: Pick<ValuesOf<typeof table.connection>, ConnectionFile['setting']>) => {
  const key = clientKeyFile === undefined ? 'clientCertFile' : 'clientKeyFile'
  return {
    proxyCredentials: { setting: 'proxyCredentialsFile', file: proxyCredentialsFile, parse: proxyCredentialsOf },
    ca: { setting: 'caFile', file: caFile, parse: unchanged(certificatesOf) },
    cert: { setting: 'clientCertFile', file: clientCertFile, parse: unchanged(certificatesOf) },
    key: { setting: key, file: clientKeyFile ?? clientCertFile, parse: unchanged(privateKeyOf) },
  } satisfies Readonly<Record<string, ConnectionFile>>
}

/** A text, if the check finds nothing wrong with it. */
const unchanged = (check: (text: string) => E.Either<string, unknown>) => (text: string) =>
  E.map(() => text)(check(text))

/** The proxy for an address; where there is none, why a proxy that is set is not used. */
export type Route = { readonly proxy: NamedProxy } | { readonly unused?: string }

/** Reads the variables in lower case, else in capitals. A proxy may have a user name and password, and lack `http://`. */
export const readProxyVariables = (
  environment: Readonly<Record<string, string | undefined>>,
  report: Report,
): ProxyVariables => {
  const proxyIn = (name: string): NamedProxy | undefined => {
    const isLower = environment[name] !== undefined
    const variable = isLower ? name : name.toUpperCase()
    const text = environment[variable] ?? ''
    if (text === '') return undefined
    const url = proxyUrl.parse(text.includes('://') ? text : `http://${text}`)
    if (E.isRight(url)) return { name: variable, url: url.right }
    return report({ origin: 'environment', setting: variable }, 'value not shown', url.left)
  }
  const [http, https] = [proxyIn('http_proxy'), proxyIn('https_proxy')]
  return {
    ...(http === undefined ? {} : { http }),
    ...(https === undefined ? {} : { https }),
    none: environment.no_proxy ?? environment.NO_PROXY ?? '',
  }
}

/**
 * By the rules of undici's `EnvHttpProxyAgent`: for https the http proxy stands in, and a host excludes its subdomains too.
 *
 * @see https://undici.nodejs.org/#/docs/api/EnvHttpProxyAgent
 * @example
 * routeTo(new URL('https://api.alauda.cn/v1/'), { none: 'alauda.cn', http: { name: 'HTTP_PROXY', url } })
 * // { unused: 'HTTP_PROXY is set, but not used: NO_PROXY excludes api.alauda.cn' }
 */
export const routeTo = ({ protocol, host, port }: URL, { http, https, none }: ProxyVariables): Route => {
  const proxy = protocol === 'https:' ? (https ?? http) : http
  if (proxy === undefined) {
    return https === undefined ? {} : { unused: `${https.name} is set, but not used: the endpoint is http` }
  }
  const hostname = host.replace(/:\d*$/, '').toLowerCase()
  const excludes = (entry: string): boolean => {
    const [, name = entry, excludedPort = ''] = /^(.+):(\d+)$/.exec(entry) ?? []
    const excluded = name.replace(/^\*?\./, '').toLowerCase()
    const isPort = excludedPort === '' || excludedPort === (port || (protocol === 'https:' ? '443' : '80'))
    return isPort && (hostname === excluded || hostname.endsWith(`.${excluded}`))
  }
  const entries = none.split(/[,\s]/).filter((entry) => entry !== '')
  return none === '*' || entries.some(excludes)
    ? { unused: `${proxy.name} is set, but not used: NO_PROXY excludes ${hostname}` }
    : { proxy }
}
