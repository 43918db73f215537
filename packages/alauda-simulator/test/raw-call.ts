import { type IncomingHttpHeaders, request } from 'node:http'
import type { ExecutionContext } from 'ava'
import type { Simulator } from '../src/index.js'

/** What came over the wire, as far as it came. */
export interface RawAnswer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** The system's word for what broke the connection. */
  readonly broken?: string
}

/** A call with nothing between it and the wire: no decompression, no redirects. */
export const rawCall = (url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<RawAnswer> => {
  return new Promise((done) => {
    const chunks: Buffer[] = []
    const broken = (error: unknown): string =>
      error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const asked = request(url, { method, headers, agent: false }, (response) => {
      const { statusCode: status, headers } = response
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => done({ status, headers, body: Buffer.concat(chunks) }))
      response.on('error', (error) => done({ status, headers, body: Buffer.concat(chunks), broken: broken(error) }))
    })
    asked.on('error', (error) => done({ status: undefined, headers: {}, body: Buffer.alloc(0), broken: broken(error) }))
    asked.end()
  })
}

/** Resolves when the simulator has got so many requests. */
export const untilSeen = async ({ requests }: Simulator, count: number): Promise<void> => {
  while (requests.length < count) await new Promise((done) => setImmediate(done))
}

/** A call that waits for its answer; resolves with how it ended. */
export const waitingCall = (t: ExecutionContext, url: string): Promise<'answered' | 'cut off'> => {
  return new Promise((done) => {
    const asked = request(url, { agent: false }, () => done('answered'))
    t.teardown(() => asked.destroy())
    asked.on('error', () => done('cut off'))
    asked.end()
  })
}
