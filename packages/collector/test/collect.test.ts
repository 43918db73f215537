import test from 'ava'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import type { AlaudaSource } from '../src/collect.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collected } from './helpers/collecting.js'

const read = (source: AlaudaSource, clock = manualClock(1_433_753_089_400)) => collected(source, { clock })

const instance = (name: string) => ({ uuid: `uuid-${name}`, instance_name: name })
const metricsOf = (service: string, name: string) => `services/demo/${service}/instances/uuid-${name}/metrics`

test('three pages of services are one snapshot, in the order of the names', async (t) => {
  const page = (...results: ReadonlyArray<unknown>) => ({ body: { count: 5, results } })
  const { source } = await startCloud(t, {
    'services/demo/?page=1': page(
      { service_name: 'web10', instances: [instance('web10.10'), instance('web10.9')] },
      { service_name: 'web9', uuid: 's9', image_tag: '1.2', instances: [] },
    ),
    'services/demo/?page=2': page(
      { service_name: 'kibana', instances: [instance('kibana.0')] },
      { service_name: 'logstash', instances: [] },
    ),
    'services/demo/?page=3': page({ service_name: 'elasticsearch', instances: [] }),
    [metricsOf('web10', 'web10.9')]: memory([1433753040, 9]),
    [metricsOf('web10', 'web10.10')]: memory([1433753040, 10]),
    [metricsOf('kibana', 'kibana.0')]: memory([1433753040, 16072704]),
  })
  t.deepEqual(await read(source), {
    namespace: 'demo',
    startTime: 1433753089.4,
    durationSeconds: 0,
    lastSuccessTime: 1433753089.4,
    services: [
      {
        service: { service_name: 'elasticsearch', instances: [] },
        instances: [],
        duplicates: 0,
        listedTime: 1433753089.4,
      },
      {
        service: { service_name: 'kibana', instances: [instance('kibana.0')] },
        instances: [
          { instance: instance('kibana.0'), outcome: 'ok', point: { time: 1433753040, memory_usage: 16072704 } },
        ],
        duplicates: 0,
        listedTime: 1433753089.4,
      },
      { service: { service_name: 'logstash', instances: [] }, instances: [], duplicates: 0, listedTime: 1433753089.4 },
      {
        service: { service_name: 'web9', uuid: 's9', image_tag: '1.2', instances: [] },
        instances: [],
        duplicates: 0,
        listedTime: 1433753089.4,
      },
      {
        service: { service_name: 'web10', instances: [instance('web10.10'), instance('web10.9')] },
        instances: [
          { instance: instance('web10.9'), outcome: 'ok', point: { time: 1433753040, memory_usage: 9 } },
          { instance: instance('web10.10'), outcome: 'ok', point: { time: 1433753040, memory_usage: 10 } },
        ],
        duplicates: 0,
        listedTime: 1433753089.4,
      },
    ],
    duplicates: 0,
    leftOut: {},
    unreadable: {},
    futurePoints: 0,
    failures: {},
  })
})

test('a namespace without services was read: nothing failed', async (t) => {
  const { source } = await startCloud(t, { 'services/demo/': onePage() })
  t.deepEqual(await read(source), {
    namespace: 'demo',
    startTime: 1433753089.4,
    durationSeconds: 0,
    lastSuccessTime: 1433753089.4,
    services: [],
    duplicates: 0,
    leftOut: {},
    unreadable: {},
    futurePoints: 0,
    failures: {},
  })
})

test('the time that a collection took is told to the millisecond', async (t) => {
  const clock = manualClock(1_433_753_089_100)
  const { source } = await startCloud(t, {
    'services/demo/': () => {
      clock.advance(200)
      return onePage()
    },
  })
  const { startTime, durationSeconds, lastSuccessTime } = await read(source, clock)
  t.deepEqual([startTime, durationSeconds, lastSuccessTime], [1433753089.1, 0.2, 1433753089.3])
})

test('instances are asked for only where the list of services does not tell them', async (t) => {
  const { source, paths } = await startCloud(t, {
    'services/demo/': onePage(
      { service_name: 'told', instances: [instance('told.0')] },
      { service_name: 'untold' },
      { service_name: 'stopped', instances: [] },
    ),
    'services/demo/untold/instances/': { body: [instance('untold.0')] },
    [metricsOf('told', 'told.0')]: memory([1433753040, 1]),
    [metricsOf('untold', 'untold.0')]: memory([1433753040, 2]),
  })
  const { services } = await read(source)
  t.deepEqual(
    services.map(({ instances }) => instances),
    [
      [],
      [{ instance: instance('told.0'), outcome: 'ok', point: { time: 1433753040, memory_usage: 1 } }],
      [{ instance: instance('untold.0'), outcome: 'ok', point: { time: 1433753040, memory_usage: 2 } }],
    ],
  )
  t.deepEqual(
    paths().filter((path) => path.endsWith('/instances/')),
    ['services/demo/untold/instances/'],
  )
})

test('asks for the metrics of the window before now, in whole seconds', async (t) => {
  const { source, paths } = await startCloud(t, {
    'services/demo/': onePage({ service_name: 'web', instances: [instance('web.0')] }),
  })
  await read(source)
  t.deepEqual(paths(), [
    'services/demo/?page=1',
    `${metricsOf('web', 'web.0')}?start_time=1433752789&end_time=1433753090&point_per_period=1m`,
  ])
})

test('names with quotes, backslashes and Chinese characters go there and back', async (t) => {
  const name = 'a/b "c" \\ 监控'
  const { source } = await startCloud(t, {
    'services/demo/': onePage({ service_name: name }),
    [`services/demo/${encodeURIComponent(name)}/instances/`]: { body: [{ uuid: 'ü/1', instance_name: `${name}.0` }] },
    [`services/demo/${encodeURIComponent(name)}/instances/%C3%BC%2F1/metrics`]: memory([1433753040, 1]),
  })
  const { services } = await read(source)
  t.deepEqual(services, [
    {
      service: { service_name: name },
      instances: [
        {
          instance: { uuid: 'ü/1', instance_name: `${name}.0` },
          outcome: 'ok',
          point: { time: 1433753040, memory_usage: 1 },
        },
      ],
      duplicates: 0,
      listedTime: 1433753089.4,
    },
  ])
})

test('metrics are asked for while a later page is still being read', async (t) => {
  let metricsWereAskedFor = () => {}
  const pageTwoMayCome = new Promise<void>((resolve) => {
    metricsWereAskedFor = resolve
  })
  const { source } = await startCloud(t, {
    'services/demo/?page=1': {
      body: { count: 2, results: [{ service_name: 'a', instances: [instance('a.0')] }] },
    },
    'services/demo/?page=2': async () => {
      await pageTwoMayCome
      return { body: { count: 2, results: [{ service_name: 'b', instances: [] }] } }
    },
    [metricsOf('a', 'a.0')]: () => {
      metricsWereAskedFor()
      return memory([1433753040, 1])
    },
  })
  const { services } = await read(source)
  t.deepEqual(
    services.map(({ service }) => service.service_name),
    ['a', 'b'],
  )
})
