import { type AlaudaError, type Endpoint, systemClock } from '@alauda-exporter/alauda-client'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { Handler, Reply } from '../../alauda-client/test/helpers/api-server.js'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import type { FailureReason, Snapshot } from '../src/snapshot.js'
import type { AlaudaSource } from '../src/sources/cloud/calls.js'
import { failureOf } from '../src/sources/cloud/failure.js'
import { brokeOff } from '../src/sources/source.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collected } from './helpers/collecting.js'
import { collectorOf, linesOf } from './helpers/collectors.js'
import { snapshotOf } from './helpers/snapshots.js'
import { listing, notFound, sourceOf } from './helpers/sources.js'

const read = (source: AlaudaSource, previous?: Snapshot) =>
  collected(source, { clock: manualClock(1_433_753_100_000), previous })

const window = 'start_time=1433752800&end_time=1433753100&point_per_period=1m'
const instance = (name: string) => ({ uuid: `uuid-${name}`, instance_name: name })
/** The same as it is shown. */
const shown = (name: string) => ({ uuid: `uuid-${name}`, name })
const web = { service_name: 'web', instances: [instance('web.0'), instance('web.1'), instance('web.2')] }

const status500 = (endpoint: Endpoint, url: string) =>
  failureOf({
    _tag: 'HttpError',
    endpoint,
    method: 'GET',
    url,
    status: 500,
    firstLine: 'oops',
    message: `GET ${url}: HTTP status 500, "oops"; the API or a proxy before it is in trouble`,
  })

test('an instance that ended meanwhile is gone, one whose metrics fail says why, and the others hold', async (t) => {
  const { source, endpoint } = await startCloud(t, {
    'services/demo/': onePage(web),
    'services/demo/web/instances/uuid-web.0/metrics': { status: 404 },
    'services/demo/web/instances/uuid-web.1/metrics': { status: 500, body: { detail: 'oops' } },
    'services/demo/web/instances/uuid-web.2/metrics': memory([1433753040, 7]),
  })
  const url = `${endpoint}services/demo/web/instances/uuid-web.1/metrics?${window}`
  t.deepEqual(await read(source), {
    namespace: 'demo',
    startTime: 1433753100,
    durationSeconds: 0,
    lastSuccessTime: 1433753100,
    services: [
      {
        service: { name: 'web' },
        instances: [
          { instance: shown('web.0'), outcome: 'gone' },
          { instance: shown('web.1'), outcome: 'failed', failure: status500('getInstanceMetrics', url) },
          { instance: shown('web.2'), outcome: 'ok', point: { time: 1433753040, memoryUsageBytes: 7 } },
        ],
        duplicates: 0,
        listedTime: 1433753100,
      },
    ],
    duplicates: 0,
    leftOut: {},
    unreadableValues: {},
    futurePoints: 0,
    failures: {},
  })
})

test('metrics that are not as the API has them are a failure, not values', async (t) => {
  const { source, endpoint } = await startCloud(t, {
    'services/demo/': onePage({ service_name: 'web', instances: [instance('web.0')] }),
    'services/demo/web/instances/uuid-web.0/metrics': { body: { columns: ['memory_usage'], points: [[7]] } },
  })
  const url = `${endpoint}services/demo/web/instances/uuid-web.0/metrics?${window}`
  const { services } = await read(source)
  t.deepEqual(services[0]?.instances, [
    {
      instance: shown('web.0'),
      outcome: 'failed',
      failure: failureOf({
        _tag: 'DecodeError',
        endpoint: 'getInstanceMetrics',
        method: 'GET',
        url,
        mismatches: [{ path: 'columns', expected: "a list with 'time'" }],
        message: `GET ${url}: the answer is not as the API has it: columns should be a list with 'time'`,
      }),
    },
  ])
})

const brokenList = {
  'services/demo/?page_size=100&page=1': {
    body: { count: 2, results: [{ service_name: 'web', instances: [instance('web.0')] }] },
  },
  'services/demo/?page_size=100&page=2': { status: 500, body: { detail: 'oops' } },
  'services/demo/web/instances/uuid-web.0/metrics': memory([1433753040, 7]),
}

test('a page that fails is reported, and the services that were read are kept', async (t) => {
  const { source, endpoint } = await startCloud(t, brokenList)
  t.deepEqual(await read(source), {
    namespace: 'demo',
    startTime: 1433753100,
    durationSeconds: 0,
    failure: status500('listServices', `${endpoint}services/demo/?page_size=100&page=2`),
    services: [
      {
        service: { name: 'web' },
        instances: [{ instance: shown('web.0'), outcome: 'ok', point: { time: 1433753040, memoryUsageBytes: 7 } }],
        duplicates: 0,
        listedTime: 1433753100,
      },
    ],
    duplicates: 0,
    leftOut: {},
    unreadableValues: {},
    futurePoints: 0,
    failures: { server: 1 },
  })
})

test('the time when the list was last read whole outlives collections that fail', async (t) => {
  const { source } = await startCloud(t, brokenList)
  const previous = snapshotOf([], { lastSuccessTime: 1433753040.5 })
  const failed = await read(source, previous)
  t.is(failed.lastSuccessTime, 1433753040.5)
  t.is((await read(source, failed)).lastSuccessTime, 1433753040.5)
})

test('a collection that succeeds has its own end as its time, whatever was before', async (t) => {
  const { source } = await startCloud(t, { 'services/demo/': onePage() })
  const { lastSuccessTime } = await read(source, snapshotOf([], { lastSuccessTime: 1433753040.5 }))
  t.is(lastSuccessTime, 1433753100)
})

test('a wrong password is reported', async (t) => {
  const { source, endpoint } = await startCloud(t, { 'services/demo/': { status: 401 } })
  const { failure, services } = await read(source)
  t.is(failure?.kind, 'AuthError')
  t.true(failure?.message.startsWith(`GET ${endpoint}services/demo/?page_size=100&page=1: `))
  t.deepEqual(services, [])
})

test('instances that cannot be listed are reported, and other services are shown', async (t) => {
  const { source, endpoint } = await startCloud(t, {
    'services/demo/': onePage({ service_name: 'kibana' }, { service_name: 'web', instances: [] }),
    'services/demo/kibana/instances/': { status: 500, body: { detail: 'oops' } },
  })
  const { services, failure } = await read(source)
  t.is(failure, undefined)
  t.deepEqual(services, [
    {
      service: { name: 'kibana' },
      instances: [],
      duplicates: 0,
      listedTime: 1433753100,
      instancesFailure: status500('listInstances', `${endpoint}services/demo/kibana/instances/`),
    },
    { service: { name: 'web' }, instances: [], duplicates: 0, listedTime: 1433753100 },
  ])
})

test('a service that was deleted before its instances were listed has none', async (t) => {
  const { source } = await startCloud(t, { 'services/demo/': onePage({ service_name: 'kibana' }) })
  const { services } = await read(source)
  t.deepEqual(services, [{ service: { name: 'kibana' }, instances: [], duplicates: 0, listedTime: 1433753100 }])
})

const forbidden = { ...notFound, status: 403 }

const now = Math.floor(Date.now() / 1000)
const webCollectMissing = { service_name: 'web', uuid: 'w', instances: [{ uuid: 'u', instance_name: 'web.0' }] }
const kibana = { service_name: 'kibana', uuid: 'k', instances: [] }

/** Two collections: the list has both services in the first, and no `web` in the second, where it is asked for by itself. */
const collectTwice = async (t: ExecutionContext, answer: Reply | Handler) => {
  let lists = 0
  const cloud = await startCloud(t, {
    'services/demo/?page_size=100&page=1': () => {
      lists += 1
      return lists === 1 ? onePage(webCollectMissing, kibana) : onePage(kibana)
    },
    'services/demo/web/instances/u/metrics': memory([now, 7]),
    'services/demo/w/': answer,
  })
  const collectAfter = (previous: Snapshot | undefined) =>
    collected(cloud.source, { clock: systemClock, maxInstances: 100, previous })
  const first = await collectAfter(undefined)
  return { cloud, first, second: await collectAfter(first) }
}

const namesIn = ({ services }: Snapshot) => services.map(({ service }) => service.name)
const outcomesIn = ({ services }: Snapshot) =>
  services.flatMap(({ instances }) => instances.map(({ outcome }) => outcome))

test('a service that the list has no more, but that is still there, is shown as before: the list changed while it was read', async (t) => {
  const { first, second } = await collectTwice(t, { body: webCollectMissing })
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
  const { second } = await collectTwice(t, { body: { ...webCollectMissing, service_name: 'kibana' } })
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

const webCollectFrozen = { service_name: 'web', instances: [{ uuid: 'u', instance_name: 'web.0' }] }

/** A cloud that gives the same point for ever, and how many of ten minutes its value is shown for. */
const minutesShown = async (time: number) => {
  const source = sourceOf({
    listServices: listing(webCollectFrozen),
    getInstanceMetrics: () => TE.right({ points: [{ time, memory_usage: 7 }] }),
  })
  const { clock, collector } = collectorOf(source)
  const shown: boolean[] = []
  for (let minute = 0; minute <= 10; minute++) {
    await collector.collect()
    shown.push(linesOf(collector, 'alauda_instance_memory').length === 1)
    clock.advance(60_000)
  }
  return shown.map(Number).join('')
}

test('of a cloud that stands still, the last value is shown until it is too old, and does not come back', async (t) => {
  t.is(await minutesShown(1_200), '11111100000')
  t.is(await minutesShown(1_190), '11111000000')
})

test('a point older than what was asked for counts from when it was first read', async (t) => {
  t.is(await minutesShown(100), '11111100000')
})

const call = { endpoint: 'listServices', method: 'GET', url: 'http://cloud.example/v1/', message: '' } as const
const status = (status: number): AlaudaError => ({ _tag: 'HttpError', ...call, status, firstLine: '' })

const reasons: ReadonlyArray<readonly [FailureReason, AlaudaError]> = [
  ['auth', { _tag: 'AuthError', ...call, status: 404 }],
  ['timeout', { _tag: 'TimeoutError', ...call, cause: undefined }],
  ['timeout', { _tag: 'AbortError', ...call, cause: undefined }],
  ['network', { _tag: 'NetworkError', ...call, cause: undefined }],
  ['throttled', status(429)],
  ['server', status(500)],
  ['server', status(503)],
  ['server', status(404)],
  ['server', status(302)],
  ['decode', { _tag: 'DecodeError', ...call, mismatches: [] }],
  ['decode', { _tag: 'InvalidJson', ...call, contentType: 'text/html' }],
  ['limit', { _tag: 'LimitError', ...call, bound: 'pages', limit: 5 }],
]

for (const [reason, error] of reasons) {
  const { kind, status = '' } = failureOf(error)
  test(`${kind} ${status} counts as ${reason}`, (t) => {
    t.is(failureOf(error).reason, reason)
  })
}

test('what a source throws counts as decode, the end of its time as timeout', (t) => {
  const late = new DOMException('the collection was not done within 100 ms', 'TimeoutError')
  t.deepEqual(
    [late, new TypeError('not a function')].map((cause) => brokeOff(cause).reason),
    ['timeout', 'decode'],
  )
})
