import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { type Collector, createCollector } from '../../src/collector.js'
import type { CollectorConfig } from '../../src/collector-config.js'
import type { Snapshot } from '../../src/snapshot.js'
import type { AlaudaSource } from '../../src/sources/cloud/calls.js'
import { listing, sourceOf } from './sources.js'

/** A collector of the namespace `demo`, at 1200 s, which is a full minute: it collects at every one. */
export const collectorOf = (client: CollectorConfig['client'], config: Partial<CollectorConfig> = {}) => {
  const clock = manualClock(1_200_000)
  const collector = createCollector({ client, namespaces: ['demo'], clock, random: () => 0, ...config })
  return { clock, collector }
}

/** A source that notes which namespaces are asked for, with their list calls as given. */
export const noting = (
  lists: Readonly<Record<string, AlaudaSource['listServices']>> = {},
  calls: Partial<AlaudaSource> = {},
) => {
  const asked: string[] = []
  const source = sourceOf({
    ...calls,
    listServices: (namespace, options) => {
      asked.push(namespace)
      return (lists[namespace] ?? listing())(namespace, options)
    },
  })
  return { asked, source }
}

export const namespacesOf = (snapshots: ReadonlyArray<Snapshot>) => snapshots.map(({ namespace }) => namespace)

/** The samples of the page whose names begin so. */
export const linesOf = (collector: Collector, name: string): ReadonlyArray<string> =>
  collector
    .expose()
    .split('\n')
    .filter((line) => line.startsWith(name))

/** Whether a promise is kept by now. */
export const watched = (promise: Promise<unknown>) => {
  const state = { isDone: false }
  void promise.then(() => {
    state.isDone = true
  })
  return state
}
