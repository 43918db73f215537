import test from 'ava'
import fc from 'fast-check'
import { Registry } from 'prom-client'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { collectionRows } from '../../src/families/collection.js'
import { describeMetrics, families } from '../../src/families/families.js'
import type { CustomMetric } from '../../src/families/options.js'
import { registerAlaudaMetrics } from '../../src/register.js'
import { identityLabels } from '../../src/service-labels.js'
import type { InstanceReading, Snapshot } from '../../src/snapshot.js'
import { snapshotLists } from '../helpers/arbitraries.js'
import { collectorOf, linesOf } from '../helpers/collectors.js'
import { sampleLines, webSource } from '../helpers/host.js'
import { samplesOf, serviceOf, snapshotOf, someFailure } from '../helpers/snapshots.js'

const labels = { namespace: 'demo' }

test('every row is tested here', (t) => {
  t.deepEqual(
    collectionRows.map(({ name }) => name),
    [
      'alauda_up',
      'alauda_collection_duration_seconds',
      'alauda_collection_interval_ratio',
      'alauda_collection_timestamp_seconds',
      'alauda_collection_instances',
      'alauda_collection_failures_total',
      'alauda_collection_unreadable_values',
      'alauda_collection_future_points',
      'alauda_collection_left_out',
      'alauda_collection_duplicates',
    ],
  )
})

test('a namespace is up when its whole list was read', (t) => {
  const snapshots = [snapshotOf([]), snapshotOf([], { namespace: 'team', failure: someFailure })]
  t.deepEqual(samplesOf('alauda_up', snapshots), [
    { labels: { namespace: 'demo' }, value: 1 },
    { labels: { namespace: 'team' }, value: 0 },
  ])
})

test('the duration is in seconds', (t) => {
  t.deepEqual(samplesOf('alauda_collection_duration_seconds', [snapshotOf([], { durationSeconds: 0.25 })]), [
    { labels, value: 0.25 },
  ])
})

test('the share of the interval that a collection took is a ratio, and there is none without an interval', (t) => {
  const metric = 'alauda_collection_interval_ratio'
  t.deepEqual(samplesOf(metric, [snapshotOf([], { durationSeconds: 0.25, intervalSeconds: 10 })]), [
    { labels, value: 0.025 },
  ])
  t.deepEqual(samplesOf(metric, [snapshotOf([], { durationSeconds: 90, intervalSeconds: 60 })]), [
    { labels, value: 1.5 },
  ])
  t.deepEqual(samplesOf(metric, [snapshotOf([], { durationSeconds: 0.25 })]), [])
})

test('the time is that of the last success, and there is none before the first', (t) => {
  const metric = 'alauda_collection_timestamp_seconds'
  const { lastSuccessTime, ...never } = snapshotOf([], { failure: someFailure })
  t.deepEqual(samplesOf(metric, [{ ...never, lastSuccessTime: 940.5 }]), [{ labels, value: 940.5 }])
  t.deepEqual(samplesOf(metric, [never]), [])
})

const instance = { uuid: 'u', name: 'web.0' }
const ok: InstanceReading = { instance, outcome: 'ok', point: { time: 1000 } }
const empty: InstanceReading = { instance, outcome: 'empty' }
const gone: InstanceReading = { instance, outcome: 'gone' }
const failed: InstanceReading = { instance, outcome: 'failed', failure: someFailure }

const byOutcome = (...services: Parameters<typeof snapshotOf>[0]) =>
  samplesOf('alauda_collection_instances', [snapshotOf(services)])

test('instances are counted by outcome, and every outcome has a series', (t) => {
  t.deepEqual(byOutcome(serviceOf({}, [ok, ok, gone]), serviceOf({}, [ok, empty, failed, failed])), [
    { labels: { namespace: 'demo', outcome: 'ok' }, value: 3 },
    { labels: { namespace: 'demo', outcome: 'empty' }, value: 1 },
    { labels: { namespace: 'demo', outcome: 'gone' }, value: 1 },
    { labels: { namespace: 'demo', outcome: 'failed' }, value: 2 },
  ])
  t.deepEqual(
    byOutcome()?.map(({ value }) => value),
    [0, 0, 0, 0],
  )
})

test('a service whose instances could not be listed counts as one that failed', (t) => {
  t.deepEqual(
    byOutcome({ ...serviceOf({}), instancesFailure: someFailure }, serviceOf({}, [failed]))?.map(({ value }) => value),
    [0, 0, 0, 2],
  )
})

test('services and instances that were left out are counted together', (t) => {
  const services = [
    { ...serviceOf({}), duplicates: 2 },
    { ...serviceOf({}), duplicates: 1 },
  ]
  t.deepEqual(samplesOf('alauda_collection_duplicates', [snapshotOf(services, { duplicates: 4 })]), [
    { labels, value: 7 },
  ])
  t.deepEqual(samplesOf('alauda_collection_duplicates', [snapshotOf([])]), [{ labels, value: 0 }])
})

test('failures are counted by reason, and every reason has a series from the start', (t) => {
  const failuresOf = (failures: Partial<Snapshot>) =>
    samplesOf('alauda_collection_failures_total', [snapshotOf([], failures)])?.map(({ labels: { reason }, value }) => [
      reason,
      value,
    ])
  t.deepEqual(failuresOf({}), [
    ['auth', 0],
    ['timeout', 0],
    ['network', 0],
    ['throttled', 0],
    ['server', 0],
    ['decode', 0],
    ['limit', 0],
  ])
  t.deepEqual(
    failuresOf({ failures: { throttled: 2, limit: 1 } })?.filter(([, value]) => value !== 0),
    [
      ['throttled', 2],
      ['limit', 1],
    ],
  )
})

test('values that cannot be read are counted over all fields', (t) => {
  const metric = 'alauda_collection_unreadable_values'
  t.deepEqual(samplesOf(metric, [snapshotOf([])]), [{ labels, value: 0 }])
  t.deepEqual(samplesOf(metric, [snapshotOf([], { unreadableValues: { rx_errors: 5, started_at: 1 } })]), [
    { labels, value: 6 },
  ])
})

test('points whose time has not come are counted', (t) => {
  t.deepEqual(samplesOf('alauda_collection_future_points', [snapshotOf([], { futurePoints: 3 })]), [
    { labels, value: 3 },
  ])
})

test('what a bound leaves out is counted by bound, and every bound has a series', (t) => {
  t.deepEqual(samplesOf('alauda_collection_left_out', [snapshotOf([], { leftOut: { 'name-length': 2 } })]), [
    { labels: { ...labels, bound: 'instances' }, value: 0 },
    { labels: { ...labels, bound: 'name-length' }, value: 2 },
  ])
})

test('the outcomes of any snapshots add up to their instances and the services whose instances are not known', (t) => {
  const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0)
  fc.assert(
    fc.property(snapshotLists, (snapshots) => {
      const services = snapshots.flatMap((snapshot) => snapshot.services)
      t.is(
        sum((samplesOf('alauda_collection_instances', snapshots) ?? []).map(({ value }) => value)),
        sum(
          services.map(({ instances, instancesFailure }) =>
            instancesFailure ? Math.max(1, instances.length) : instances.length,
          ),
        ),
      )
    }),
  )
})

const instances: CustomMetric = {
  name: 'shop_service_instances',
  help: 'Instances that are known.',
  type: 'gauge',
  labels: ['namespace', 'project', 'space', 'service'],
  samples: ({ namespace, services }) =>
    services.map((reading) => ({
      labels: identityLabels(namespace, reading.service),
      value: reading.instances.length,
    })),
}

test('a metric of one’s own comes after the others, with the labels that all have', async (t) => {
  const { collector } = collectorOf(webSource, { customMetrics: [instances], labels: { account: 'north' } })
  await collector.collect()
  t.deepEqual(linesOf(collector, 'shop_'), ['shop_service_instances{namespace="demo",service="web",account="north"} 1'])
  t.is(collector.describeMetrics().filter(({ name }) => name === instances.name).length, 1)
})

test('it is in the registry too, right from the first page', async (t) => {
  const registry = new Registry()
  const clock = manualClock(1_200_000)
  registerAlaudaMetrics({ registry, client: webSource, namespaces: ['demo'], clock, customMetrics: [instances] })
  const lines = sampleLines(await registry.metrics())
  t.true(lines.includes('shop_service_instances{namespace="demo",service="web"} 1'))
})

test('a custom metric does not receive what is too old to be shown', (t) => {
  const snapshot = snapshotOf([serviceOf({ service_name: 'web' })])
  const at = (now: number) =>
    families([snapshot], { customMetrics: [instances], freshness: { now, maxAgeSeconds: 300 } }).find(
      ({ name }) => name === instances.name,
    )?.samples.length
  const listed = snapshot.services[0]?.listedTime ?? 0
  t.is(at(listed + 300), 1)
  t.is(at(listed + 301), 0)
})

const gives = (samples: unknown): CustomMetric => Object.assign({ ...instances }, { samples })

const value = (labels: unknown, other: object = {}) => ({ labels, value: 1, ...other })

/** What a metric of plain JavaScript may do, and what the log says. */
const faults: ReadonlyArray<readonly [() => unknown, string]> = [
  [
    () => {
      throw new Error('oops')
    },
    'oops',
  ],
  [() => undefined, 'it gave undefined, expected an array of samples'],
  [() => null, 'it gave null, expected an array of samples'],
  [() => ({}), 'it gave object, expected an array of samples'],
  [async () => [], 'it gave a Promise, expected an array of samples'],
  [() => Promise.reject(new Error('oops')), 'it gave a Promise, expected an array of samples'],
  [() => [7], 'it gave number as a sample, expected an object'],
  [() => [{ value: 1 }], 'it gave undefined as labels, expected an object'],
  [() => [value({ tier: 'x' })], 'it gave the label "tier", which is not among its labels'],
  [() => [value({ service: 7 })], 'it gave number as the label "service", expected a string'],
  [() => [value({}, { value: '1' })], 'it gave string as a value, expected a finite number'],
  [() => [value({}, { value: Number.NaN })], 'it gave NaN as a value, expected a finite number'],
  [() => [value({}, { time: 'now' })], 'it gave a time that is not a number of seconds'],
  [() => [value({}, { suffix: '_sum' })], 'it gave a suffix that a gauge does not have'],
  [() => [value({ service: 'a' }), value({ service: 'a', space: '' })], 'it gave a series twice'],
]

for (const [samples, fault] of faults) {
  test(`a metric that cannot be read costs no other: ${fault} ${samples}`, async (t) => {
    const errors: unknown[] = []
    const ignore = () => {}
    const logger = { debug: ignore, info: ignore, warn: ignore, error: (fields: object) => void errors.push(fields) }
    const other = { ...instances, name: 'shop_other' }
    const customMetrics = [gives(samples), other]
    const { collector } = collectorOf(webSource, { customMetrics, logger })
    await collector.collect()
    t.deepEqual(linesOf(collector, 'shop_'), ['shop_other{namespace="demo",service="web"} 1'])
    t.deepEqual(linesOf(collector, 'alauda_custom_metric_failures_total'), [
      'alauda_custom_metric_failures_total{metric="shop_service_instances"} 2',
      'alauda_custom_metric_failures_total{metric="shop_other"} 0',
    ])
    t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
    t.deepEqual(errors, [{ metric: 'shop_service_instances', error: fault }])
  })
}

test('what it may show is known before there is a snapshot', (t) => {
  const { samples: _, ...metric } = instances
  t.like(
    describeMetrics({ customMetrics: [instances] }).find(({ name }) => name === instances.name),
    metric,
  )
})
