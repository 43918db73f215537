import type { Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { collectorOf, linesOf } from './helpers/collectors.js'
import { hangs, listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

const twins: ReadonlyArray<Service> = ['shop', 'blog'].map((project_name) => ({
  service_name: 'web',
  project_name,
  uuid: project_name,
}))

/** Two services of one name: by the name the cloud finds the one of the shop. A third service never answers. */
const source = sourceOf({
  listServices: listing(...twins, { service_name: 'slow', uuid: 'slow' }),
  listInstances: (_namespace, address) => {
    if (address === 'slow') return hangs()
    const owner = address === 'web' ? 'shop' : address
    return async () => E.right([{ uuid: `${owner}-0`, instance_name: `${owner}-own` }])
  },
  getInstanceMetrics: (_namespace, _address, uuid) => async () =>
    E.right({ points: [{ time: 1_200, memory_usage: uuid === 'shop-0' ? 1 : 2 }] }),
})

const own = [
  'alauda_instance_memory_usage_bytes{namespace="demo",project="blog",service="web",instance_name="blog-own"} 2',
  'alauda_instance_memory_usage_bytes{namespace="demo",project="shop",service="web",instance_name="shop-own"} 1',
]

test('services of one name show their own instances, though another service hangs', async (t) => {
  const { clock, collector } = collectorOf(source)
  const collected = collector.collect()
  await tick()
  clock.advance(60_000)
  await collected
  t.deepEqual([...linesOf(collector, 'alauda_instance_memory')].sort(), own)
})

test('a scrape that cannot wait shows no instance under a service that it is not of', async (t) => {
  const { clock, collector } = collectorOf(source, { intervalMs: 0 })
  for (const _ of [1, 2]) {
    const scrape = collector.ready(5_000)
    clock.advance(5_000)
    await scrape
    const shown = linesOf(collector, 'alauda_instance_memory')
    t.deepEqual(
      shown.filter((line) => !own.includes(line)),
      [],
    )
  }
})
