import type { SecureVersion } from 'node:tls'
import type { ExecutionContext } from 'ava'
import { type Handler, plainText } from '../../src/toolkit/handler.js'
import { type HttpLimits, startHttpServer } from '../../src/toolkit/server.js'
import { protectedBy } from '../../src/toolkit/web-config/protected-by.js'
import type { Authority, Certificate } from './certificates.js'
import { askWithTls, type TlsAnswer } from './tls-client.js'
import { type LiveFiles, liveFiles } from './web-files.js'

export interface Given {
  /** Lines of the section, beside those of the server's certificate. */
  readonly lines?: ReadonlyArray<string>
  /** What follows the section. */
  readonly more?: string
  readonly respond?: Handler
  readonly limits?: Partial<HttpLimits>
}

export interface RunningTlsServer extends LiveFiles {
  readonly url: string
  readonly port: number
  readonly close: () => Promise<void>
  /** How many requests came as far as the pages. */
  readonly served: () => number
  readonly ask: (
    client?: Partial<Certificate> & { readonly maxVersion?: SecureVersion; readonly ciphers?: string },
  ) => Promise<TlsAnswer>
}

/** What a web file says of TLS. */
export const tlsSection = (lines: ReadonlyArray<string> = []): string =>
  `${['tls_server_config:', 'cert_file: tls.crt', 'key_file: tls.key', ...lines].join('\n  ')}\n`

/** Serves with TLS by a web file, with a certificate of the authority, which stands in `ca.crt`. */
export const startTlsServer = async (
  t: ExecutionContext,
  authority: Authority,
  { lines, more = '', respond, limits = {} }: Given = {},
): Promise<RunningTlsServer> => {
  const { cert, key } = await authority.issue('server')
  const page: Handler = respond ?? (async ({ path }) => plainText(200, path))
  let served = 0
  const files = { 'tls.crt': cert, 'tls.key': key, 'ca.crt': authority.cert }
  const web = await liveFiles(t, { 'web.yml': `${tlsSection(lines)}${more}`, ...files })
  const counted: Handler = (asked) => {
    served += 1
    return page(asked)
  }
  const { urls, close } = await startHttpServer(
    [{ host: '127.0.0.1', port: 0 }],
    protectedBy(web, { now: Date.now })(counted),
    {
      tls: () => web.current().tls,
      limits,
    },
  )
  t.teardown(close)
  const url = urls[0] ?? ''
  return {
    ...web,
    url,
    port: Number(new URL(url).port),
    close,
    served: () => served,
    ask: (client = {}) => askWithTls(`${url}page`, { ca: authority.cert, ...client }),
  }
}
