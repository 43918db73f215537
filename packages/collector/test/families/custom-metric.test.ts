import test from 'ava'
import { Registry } from 'prom-client'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { families, metrics } from '../../src/families/families.js'
import type { CustomMetric } from '../../src/families/options.js'
import { registerAlaudaMetrics } from '../../src/register.js'
import { identityLabels } from '../../src/service-labels.js'
import { collectorOf, linesOf } from '../helpers/collectors.js'
import { sampleLines, webSource } from '../helpers/host.js'
import { serviceOf, snapshotOf } from '../helpers/snapshots.js'

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
  t.is(collector.metrics().filter(({ name }) => name === instances.name).length, 1)
})

test('it is in the registry too, right from the first page', async (t) => {
  const registry = new Registry()
  const clock = manualClock(1_200_000)
  registerAlaudaMetrics({ registry, client: webSource, namespaces: ['demo'], clock, customMetrics: [instances] })
  const lines = sampleLines(await registry.metrics())
  t.true(lines.includes('shop_service_instances{namespace="demo",service="web"} 1'))
})

test('what is too old to be shown is not told to it', (t) => {
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
    metrics({ customMetrics: [instances] }).find(({ name }) => name === instances.name),
    metric,
  )
})
