import { createTransport } from '../../../exporter-http/src/transport.js'
import { defaultFetch } from '../../src/http/default-fetch.js'
import type { FetchLike } from '../../src/http/transport.js'

/** Transports that must give the same results. The exporter's is among them, so that one set of tests is for all. */
export const transports: ReadonlyArray<readonly [string, FetchLike]> = [
  ['cross-fetch', defaultFetch],
  ['the platform’s fetch', fetch],
  [
    'the exporter’s transport',
    createTransport({ client: { maxConcurrency: 32, timeoutMs: 10_000 }, connection: { proxies: { none: '' } } }),
  ],
]
