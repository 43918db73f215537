import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import type { ExecutionContext } from 'ava'
import {
  demo,
  type Handler,
  type Reply,
  startApiServer,
  withLogin,
} from '../../../alauda-client/test/helpers/api-server.js'
import type { AlaudaSource } from '../../src/sources/cloud/calls.js'

export interface Cloud {
  readonly source: AlaudaSource
  readonly endpoint: string
  /** What was asked for, login aside, in alphabetical order. */
  readonly paths: () => string[]
}

/** A local server with these answers by path, and 404 for all others, and a client of it. A path with its query goes first. */
export const startCloud = async (
  t: ExecutionContext,
  answers: Readonly<Record<string, Reply | Handler>>,
  options: { readonly maxConcurrency?: number } = {},
): Promise<Cloud> => {
  const server = await startApiServer(
    t,
    withLogin((request, response) => {
      const answer = answers[request.path] ?? answers[request.path.split('?')[0] ?? ''] ?? { status: 404 }
      return typeof answer === 'function' ? answer(request, response) : answer
    }),
  )
  return {
    source: createAlaudaClient({ endpoint: server.endpoint, credentials: demo, ...options }).taskEithers,
    endpoint: server.endpoint,
    paths: () =>
      server.requests
        .slice(1)
        .map(({ path }) => path)
        .sort(),
  }
}

/** A list that is all on one page. */
export const onePage = (...results: ReadonlyArray<unknown>): Reply => ({ body: { count: results.length, results } })

/** Points with a time and a memory_usage. */
export const memory = (...points: ReadonlyArray<readonly [number, number | null]>): Reply => ({
  body: { columns: ['time', 'memory_usage'], points },
})
