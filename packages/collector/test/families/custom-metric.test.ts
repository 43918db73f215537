import test from 'ava'
import { Registry } from 'prom-client'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { type CustomMetric, families, metrics } from '../../src/families/families.js'
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

test('what it may show is known before there is a snapshot', (t) => {
  const { samples: _, ...metric } = instances
  t.like(
    metrics({ customMetrics: [instances] }).find(({ name }) => name === instances.name),
    metric,
  )
})
