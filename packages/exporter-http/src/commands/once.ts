import { failuresIn, type Snapshot, servicesIn, toText } from '@alauda-exporter/collector'
import { buildInfoFamily, version } from '../own-metrics.js'
import type { Settings } from '../settings/settings.js'
import { namespaceOf, watchAccount } from '../watch.js'
import type { Io } from './io.js'

/**
 * Collects once and writes the metrics to standard output. What failed goes to standard error, a line each; when nothing
 * could be read, there are no metrics and the exit status is 1.
 */
export const once = async (settings: Settings, io: Io): Promise<number> => {
  const watched = settings.accounts.map((account) => watchAccount(settings, account))
  const collected = await Promise.all(
    watched.map(async ({ account, collector }) => {
      const snapshots = await collector.collect()
      return { account, snapshots }
    }),
  )
  for (const { account, snapshots } of collected) {
    for (const snapshot of snapshots) {
      const which = namespaceOf(account, snapshot.namespace)
      for (const failure of allFailuresIn(snapshot)) io.stderr(`exporter-http: ${which}: ${failure}\n`)
    }
  }
  if (collected.every(({ snapshots }) => snapshots.every(isNothingRead))) return 1
  const families = watched.flatMap(({ collector }) => collector.families())
  io.stdout(toText([...families, buildInfoFamily(version)]))
  return 0
}

const allFailuresIn = (snapshot: Snapshot): ReadonlyArray<string> => [
  ...(snapshot.failure === undefined ? [] : [snapshot.failure.message]),
  ...failuresIn(snapshot),
]

const isNothingRead = (snapshot: Snapshot): boolean =>
  snapshot.failure !== undefined && servicesIn(snapshot).length === 0
