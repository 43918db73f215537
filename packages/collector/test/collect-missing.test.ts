import { systemClock } from '@alauda-exporter/alauda-client'
import test, { type ExecutionContext } from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import type { Handler, Reply } from '../../alauda-client/test/helpers/api-server.js'
import { collect } from '../src/collect.js'
import type { Snapshot } from '../src/snapshot.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collectorOf } from './helpers/collectors.js'
import { listing, notFound, sourceOf } from './helpers/sources.js'

const forbidden = { ...notFound, status: 403 }

const now = Math.floor(Date.now() / 1000)
const web = { service_name: 'web', uuid: 'w', instances: [{ uuid: 'u', instance_name: 'web.0' }] }
const kibana = { service_name: 'kibana', uuid: 'k', instances: [] }

/** Two collections: the list has both services in the first, and no `web` in the second, where it is asked for by itself. */
const collectTwice = async (t: ExecutionContext, answer: Reply | Handler) => {
  let lists = 0
  const cloud = await startCloud(t, {
    'services/demo/?page=1': () => {
      lists += 1
      return lists === 1 ? onePage(web, kibana) : onePage(kibana)
    },
    'services/demo/web/instances/u/metrics': memory([now, 7]),
    'services/demo/w/': answer,
  })
  const collectAfter = (previous: Snapshot | undefined) =>
    collect(cloud.source, {
      namespace: 'demo',
      windowMs: 300_000,
      period: '1m',
      clock: systemClock,
      maxInstances: 100,
      maxNameLength: 1024,
      maxAgeSeconds: 300,
      signal: new AbortController().signal,
      previous,
    }).done
  const first = await collectAfter(undefined)
  return { cloud, first, second: await collectAfter(first) }
}

const namesIn = ({ services }: Snapshot) => services.map(({ service }) => service.service_name)
const outcomesIn = ({ services }: Snapshot) =>
  services.flatMap(({ instances }) => instances.map(({ outcome }) => outcome))

test('a service that the list has no more, but that is still there, is shown as before: the list changed while it was read', async (t) => {
  const { first, second } = await collectTwice(t, { body: web })
  t.deepEqual(namesIn(first), ['kibana', 'web'])
  t.deepEqual(namesIn(second), ['kibana', 'web'])
  t.deepEqual(outcomesIn(second), ['ok'])
  t.is(second.failure, undefined)
})

test('a service that is not there any more is gone at once, after one question', async (t) => {
  const { cloud, second } = await collectTwice(t, { status: 404 })
  t.deepEqual(namesIn(second), ['kibana'])
  t.is(cloud.paths().filter((path) => path === 'services/demo/w/').length, 1)
})

test('a service of which nothing can be learned is kept as it was known, until it is too old', async (t) => {
  const { first, second } = await collectTwice(t, { status: 403 })
  t.deepEqual(namesIn(second), ['kibana', 'web'])
  t.deepEqual(outcomesIn(second), ['failed'])
  t.is(second.services[1]?.listedTime, first.services[1]?.listedTime)
})

test('a service that was renamed is not there twice', async (t) => {
  const { second } = await collectTwice(t, { body: { ...web, service_name: 'kibana' } })
  t.deepEqual(namesIn(second), ['kibana'])
  t.is(second.duplicates, 0)
})

test('a service of which nothing can be learned is not asked for for ever', async (t) => {
  let isListed = true
  let asked = 0
  const source = sourceOf({
    listServices: (namespace, options) =>
      listing(...(isListed ? [{ service_name: 'web', instances: [] }] : []))(namespace, options),
    getService: () => async () => {
      asked += 1
      return E.left(forbidden)
    },
  })
  const { clock, collector } = collectorOf(source, { maxAgeMs: 300_000 })
  await collector.collect()
  isListed = false
  for (let minute = 1; minute <= 8; minute++) {
    clock.advance(60_000)
    await collector.collect()
  }
  t.is(asked, 5)
  t.deepEqual(
    collector.snapshots().flatMap(({ services }) => services),
    [],
  )
})
