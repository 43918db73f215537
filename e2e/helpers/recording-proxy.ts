import { once } from 'node:events'
import { createServer } from 'node:http'
import { request } from 'node:https'
import type { ExecutionContext } from 'ava'

export interface RecordingProxy {
  readonly host: string
  /** The types of all answers to requests for a path, each once. */
  readonly types: (path: string) => ReadonlyArray<string>
}

const text = '/text'

/**
 * Passes requests on over TLS, with this user's name and password, and notes what is answered. Below `/text` it asks as a
 * Prometheus does that knows no other format.
 */
export const startRecordingProxy = async (
  t: Pick<ExecutionContext, 'teardown'>,
  server: { readonly url: string; readonly ca: string; readonly auth: string },
): Promise<RecordingProxy> => {
  const types = new Map<string, Set<string>>()
  const proxy = createServer((asked, answer) => {
    const { url: path = '/', headers } = asked
    const isText = path.startsWith(`${text}/`)
    const { host: _, accept = '', ...others } = headers
    const passed = request(new URL(isText ? path.slice(text.length) : path, server.url), {
      ca: server.ca,
      auth: server.auth,
      headers: { ...others, accept: isText ? 'text/plain;version=0.0.4;q=1,*/*;q=0.1' : accept },
    })
    passed.on('error', () => answer.destroy())
    passed.on('response', (given) => {
      const { statusCode = 502, headers: givenHeaders } = given
      types.set(path, (types.get(path) ?? new Set()).add(givenHeaders['content-type'] ?? ''))
      answer.writeHead(statusCode, givenHeaders)
      given.pipe(answer)
    })
    passed.end()
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(async () => {
    proxy.close()
    proxy.closeAllConnections()
  })
  const address = proxy.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { host: `127.0.0.1:${address.port}`, types: (path) => [...(types.get(path) ?? [])] }
}
