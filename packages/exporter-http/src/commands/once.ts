import { toText } from '@alauda-exporter/collector'
import { buildInfoFamily } from '../build-info.js'
import { collectorOf } from '../exporter.js'
import { createLog } from '../log.js'
import { failuresIn } from '../log-collections.js'
import type { Account, Settings } from '../settings/settings.js'
import { version } from '../version.js'
import type { Io } from './io.js'

/**
 * Collects once and writes the metrics to standard output. What failed goes to standard error, a line each; when nothing
 * could be read, there are no metrics and the exit status is 1.
 */
export const once = async (settings: Settings, account: Account, io: Io): Promise<number> => {
  const silent = createLog(settings.log, () => {})
  const collector = collectorOf(settings, account, silent)
  const snapshots = await collector.collect()
  for (const snapshot of snapshots) {
    const failures = [...(snapshot.failure === undefined ? [] : [snapshot.failure.message]), ...failuresIn(snapshot)]
    for (const failure of failures) io.stderr(`exporter-http: ${snapshot.namespace}: ${failure}\n`)
  }
  if (snapshots.every(({ failure, services }) => failure !== undefined && services.length === 0)) return 1
  io.stdout(toText([...collector.families(), buildInfoFamily(version)]))
  return 0
}
