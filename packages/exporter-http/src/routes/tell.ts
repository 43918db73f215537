import type { Clock } from '@alauda-exporter/alauda-client'
import type { History } from '../status/history.js'
import type { Status } from '../status/model.js'
import { statusOf, type Wanted } from '../status/view.js'
import type { Watch } from '../watch.js'
import { inOrderOfRequests } from './in-order.js'

/** What the page and the API are told from. */
export interface StatusSource {
  readonly watch: Pick<Watch, 'accounts' | 'ready' | 'maxAgeSeconds'>
  readonly history: History
  readonly version: string
  readonly clock: Clock
}

// For the first collection, so that the first page is not an empty one; a reader does not wait as patiently as Prometheus.
const firstWaitMs = 2000

/** What is known now. Nothing is asked of the cloud for it, but for a first collection where there was none at all. */
export const tellStatus = async (source: StatusSource, withHistory: boolean, wanted: Wanted): Promise<Status> => {
  const { watch, history, version, clock } = source
  const isEmpty = watch.accounts().every(({ collector }) => collector.snapshots().length === 0)
  if (isEmpty) await watch.ready(firstWaitMs)
  const accounts = watch.accounts().map(({ account, client, config, collector }) => ({
    name: account.name,
    namespaces: account.namespaces,
    snapshots: collector.snapshots(),
    sizes: config.sizes,
    statistics: client.statistics?.(),
  }))
  const now = clock.now() / 1000
  const maxAgeSeconds = watch.maxAgeSeconds()
  return inOrderOfRequests(statusOf(accounts, { version, now, maxAgeSeconds, history, withHistory, wanted }))
}
