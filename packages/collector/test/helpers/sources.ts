import type { HttpError, Service } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { AlaudaSource } from '../../src/sources/cloud/calls.js'

export const notFound: HttpError = {
  _tag: 'HttpError',
  endpoint: 'getService',
  method: 'GET',
  url: 'http://cloud.example/v1/',
  message: 'HTTP status 404',
  status: 404,
  firstLine: '',
}

/** A source made by hand: of no services by default. */
export const sourceOf = (calls: Partial<AlaudaSource>): AlaudaSource => ({
  listServices: () => TE.right([]),
  getService: () => TE.left(notFound),
  listInstances: () => TE.right([]),
  getInstanceMetrics: () => TE.right({ points: [] }),
  ...calls,
})

/** Lists these services, all on one page. */
export const listing =
  (...services: ReadonlyArray<Service>): AlaudaSource['listServices'] =>
  (_namespace, { onPage } = {}) =>
  async () => {
    onPage?.(services)
    return E.right(services)
  }

/** A call that is never answered, whatever its signal says. */
export const hangs = () => () => new Promise<never>(() => {})
