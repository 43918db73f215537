import {
  collectionBounds,
  duplicatesIn,
  failureReasons,
  type Outcome,
  outcomes,
  type Snapshot,
  servicesIn,
} from '../snapshot.js'
import { counterBy, gauge, gaugeBy, type Row } from './row.js'

const sumOf = (numbers: ReadonlyArray<number>): number => numbers.reduce((sum, number) => sum + number, 0)

const instancesByOutcome = (snapshot: Snapshot): ReadonlyArray<readonly [Outcome, number]> => {
  const counts: Record<Outcome, number> = { ok: 0, empty: 0, gone: 0, failed: 0 }
  for (const { instances, instancesFailure } of servicesIn(snapshot)) {
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
  counterBy(
    'alauda_collection_failures_total',
    'Collections that could not read the whole list of services, by reason: auth, timeout, network, throttled (HTTP status 429), server (another HTTP error status), decode (an unexpected answer, or an incomplete list) or limit.',
    'reason',
    ({ failures }) => failureReasons.map((reason) => [reason, failures[reason] ?? 0]),
  ),
  gauge(
    'alauda_collection_unreadable_values',
    'Values that the last collection left out because they cannot be what the API calls them: text for a number, a counter below 0, a time in milliseconds. An instance or a service without a name counts as one. All points of the window are counted, not only those shown.',
    ({ unreadableValues }) => sumOf(Object.values(unreadableValues)),
  ),
  gauge(
    'alauda_collection_future_points',
    'Points of metrics that the last collection left out because their time has not come, by more than a minute.',
    ({ futurePoints }) => futurePoints,
  ),
  gaugeBy(
    'alauda_collection_left_out',
    'Objects that the last collection left out because of a bound: instances (more than the exporter may read) or name-length (a name or another label value is too long).',
    'bound',
    ({ leftOut }) => collectionBounds.map((bound) => [bound, leftOut[bound] ?? 0]),
  ),
  gauge(
    'alauda_collection_duplicates',
    'Services and instances that the last collection left out because a newer one has the same labels.',
    duplicatesIn,
  ),
]
