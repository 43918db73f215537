import test from 'ava'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import type { AlaudaSource } from '../src/collect.js'
import type { Snapshot } from '../src/snapshot.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collected } from './helpers/collecting.js'
import { snapshotOf } from './helpers/snapshots.js'

const read = (source: AlaudaSource, previous?: Snapshot) =>
  collected(source, { clock: manualClock(1_433_753_100_000), previous })

const window = 'start_time=1433752800&end_time=1433753100&point_per_period=1m'
const instance = (name: string) => ({ uuid: `uuid-${name}`, instance_name: name })
const web = { service_name: 'web', instances: [instance('web.0'), instance('web.1'), instance('web.2')] }

const status500 = (url: string) => ({
  _tag: 'HttpError',
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
        service: web,
        instances: [
          { instance: instance('web.0'), outcome: 'gone' },
          { instance: instance('web.1'), outcome: 'failed', failure: status500(url) },
          { instance: instance('web.2'), outcome: 'ok', point: { time: 1433753040, memory_usage: 7 } },
        ],
        duplicates: 0,
        listedTime: 1433753100,
      },
    ],
    duplicates: 0,
    leftOut: {},
    unreadable: {},
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
      instance: instance('web.0'),
      outcome: 'failed',
      failure: {
        _tag: 'DecodeError',
        method: 'GET',
        url,
        mismatches: [{ path: 'columns', expected: "a list with 'time'" }],
        message: `GET ${url}: the answer is not as the API has it: columns should be a list with 'time'`,
      },
    },
  ])
})

const brokenList = {
  'services/demo/?page=1': { body: { count: 2, results: [{ service_name: 'web', instances: [instance('web.0')] }] } },
  'services/demo/?page=2': { status: 500, body: { detail: 'oops' } },
  'services/demo/web/instances/uuid-web.0/metrics': memory([1433753040, 7]),
}

test('a page that fails is told, and the services that were read are kept', async (t) => {
  const { source, endpoint } = await startCloud(t, brokenList)
  t.deepEqual(await read(source), {
    namespace: 'demo',
    startTime: 1433753100,
    durationSeconds: 0,
    failure: status500(`${endpoint}services/demo/?page=2`),
    services: [
      {
        service: { service_name: 'web', instances: [instance('web.0')] },
        instances: [{ instance: instance('web.0'), outcome: 'ok', point: { time: 1433753040, memory_usage: 7 } }],
        duplicates: 0,
        listedTime: 1433753100,
      },
    ],
    duplicates: 0,
    leftOut: {},
    unreadable: {},
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

test('a collection that succeeds tells its own end, whatever was before', async (t) => {
  const { source } = await startCloud(t, { 'services/demo/': onePage() })
  const { lastSuccessTime } = await read(source, snapshotOf([], { lastSuccessTime: 1433753040.5 }))
  t.is(lastSuccessTime, 1433753100)
})

test('a wrong password is told', async (t) => {
  const { source, endpoint } = await startCloud(t, { 'services/demo/': { status: 401 } })
  const { failure, services } = await read(source)
  t.is(failure?._tag, 'AuthError')
  t.true(failure?.message.startsWith(`GET ${endpoint}services/demo/?page=1: `))
  t.deepEqual(services, [])
})

test('instances that cannot be listed are told, and other services hold', async (t) => {
  const { source, endpoint } = await startCloud(t, {
    'services/demo/': onePage({ service_name: 'kibana' }, { service_name: 'web', instances: [] }),
    'services/demo/kibana/instances/': { status: 500, body: { detail: 'oops' } },
  })
  const { services, failure } = await read(source)
  t.is(failure, undefined)
  t.deepEqual(services, [
    {
      service: { service_name: 'kibana' },
      instances: [],
      duplicates: 0,
      listedTime: 1433753100,
      instancesFailure: status500(`${endpoint}services/demo/kibana/instances/`),
    },
    { service: { service_name: 'web', instances: [] }, instances: [], duplicates: 0, listedTime: 1433753100 },
  ])
})

test('a service that was deleted before its instances were listed has none', async (t) => {
  const { source } = await startCloud(t, { 'services/demo/': onePage({ service_name: 'kibana' }) })
  const { services } = await read(source)
  t.deepEqual(services, [{ service: { service_name: 'kibana' }, instances: [], duplicates: 0, listedTime: 1433753100 }])
})
