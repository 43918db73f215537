import { gauge, gaugeBy, type Row } from '../family.js'
import { type Outcome, outcomes, type Snapshot } from '../snapshot.js'

const instancesByOutcome = ({ services }: Snapshot): ReadonlyArray<readonly [Outcome, number]> => {
  const counts: Record<Outcome, number> = { ok: 0, empty: 0, gone: 0, failed: 0 }
  for (const { instances, instancesFailure } of services) {
    for (const { outcome } of instances) counts[outcome] += 1
    if (instancesFailure && instances.length === 0) counts.failed += 1
  }
  return outcomes.map((outcome) => [outcome, counts[outcome]])
}

export const collectionRows: ReadonlyArray<Row<Snapshot>> = [
  gauge(
    'alauda_up',
    'Whether the last collection read the whole list of services, or a probe its service: 1 for yes, 0 for no.',
    ({ failure }) => (failure === undefined ? 1 : 0),
  ),
  gauge(
    'alauda_collection_duration_seconds',
    'How long the last collection took, in seconds.',
    ({ durationSeconds }) => durationSeconds,
  ),
  gauge(
    'alauda_collection_interval_ratio',
    'Share of the interval that the last collection took: from 1 on, collections come later than they should.',
    ({ durationSeconds, intervalSeconds }) =>
      intervalSeconds === undefined ? undefined : durationSeconds / intervalSeconds,
  ),
  gauge(
    'alauda_collection_timestamp_seconds',
    'When a collection last read the whole list of services, in seconds since the epoch.',
    ({ lastSuccessTime }) => lastSuccessTime,
  ),
  gaugeBy(
    'alauda_collection_instances',
    'Instances by what the last collection got for them: ok, empty (the cloud has no values yet), gone (ended meanwhile) or failed. A service whose instances are not known counts as one that failed.',
    'outcome',
    instancesByOutcome,
  ),
  gauge(
    'alauda_collection_left_out_instances',
    'Instances that the last collection left out because there are more than the exporter is allowed to read.',
    ({ leftOut }) => leftOut,
  ),
  gauge(
    'alauda_collection_duplicates',
    'Services and instances that the last collection left out because a newer one bears the same labels.',
    ({ services, duplicates }) => services.reduce((sum, service) => sum + service.duplicates, duplicates),
  ),
]
