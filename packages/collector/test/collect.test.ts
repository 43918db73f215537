import type { ExecutionContext } from 'ava'
import test from 'ava'
import fc from 'fast-check'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { newestByKey } from '../src/newest.js'
import type { AlaudaSource } from '../src/sources/cloud/calls.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collected } from './helpers/collecting.js'

const read = (source: AlaudaSource, clock = manualClock(1_433_753_089_400)) => collected(source, { clock })

const instance = (name: string) => ({ uuid: `uuid-${name}`, instance_name: name })
/** The same as it is shown. */
const shown = (name: string) => ({ uuid: `uuid-${name}`, name })
const metricsOf = (service: string, name: string) => `services/demo/${service}/instances/uuid-${name}/metrics`

test('three pages of services are one snapshot, in the order of the names', async (t) => {
  const page = (...results: ReadonlyArray<unknown>) => ({ body: { count: 5, results } })
  const { source } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': page(
      { service_name: 'web10', instances: [instance('web10.10'), instance('web10.9')] },
      { service_name: 'web9', uuid: 's9', image_tag: '1.2', instances: [] },
    ),
    'services/demo/?page_size=100&page=2': page(
      { service_name: 'kibana', instances: [instance('kibana.0')] },
      { service_name: 'logstash', instances: [] },
    ),
    'services/demo/?page_size=100&page=3': page({ service_name: 'elasticsearch', instances: [] }),
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
        service: { name: 'elasticsearch' },
        instances: [],
        duplicates: 0,
        listedTime: 1433753089.4,
      },
      {
        service: { name: 'kibana' },
        instances: [
          { instance: shown('kibana.0'), outcome: 'ok', point: { time: 1433753040, memoryUsageBytes: 16072704 } },
        ],
        duplicates: 0,
        listedTime: 1433753089.4,
      },
      { service: { name: 'logstash' }, instances: [], duplicates: 0, listedTime: 1433753089.4 },
      {
        service: { name: 'web9', uuid: 's9', imageTag: '1.2' },
        instances: [],
        duplicates: 0,
        listedTime: 1433753089.4,
      },
      {
        service: { name: 'web10' },
        instances: [
          { instance: shown('web10.9'), outcome: 'ok', point: { time: 1433753040, memoryUsageBytes: 9 } },
          { instance: shown('web10.10'), outcome: 'ok', point: { time: 1433753040, memoryUsageBytes: 10 } },
        ],
        duplicates: 0,
        listedTime: 1433753089.4,
      },
    ],
    duplicates: 0,
    leftOut: {},
    unreadableValues: {},
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
    unreadableValues: {},
    futurePoints: 0,
    failures: {},
  })
})

test('the duration of a collection is rounded to the millisecond', async (t) => {
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

test('instances are requested only where the list of services does not have them', async (t) => {
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
      [{ instance: shown('told.0'), outcome: 'ok', point: { time: 1433753040, memoryUsageBytes: 1 } }],
      [{ instance: shown('untold.0'), outcome: 'ok', point: { time: 1433753040, memoryUsageBytes: 2 } }],
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
    'services/demo/?page_size=100&page=1',
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
      service: { name },
      instances: [
        {
          instance: { uuid: 'ü/1', name: `${name}.0` },
          outcome: 'ok',
          point: { time: 1433753040, memoryUsageBytes: 1 },
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
    'services/demo/?page_size=100&page=1': {
      body: { count: 2, results: [{ service_name: 'a', instances: [instance('a.0')] }] },
    },
    'services/demo/?page_size=100&page=2': async () => {
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
    services.map(({ service }) => service.name),
    ['a', 'b'],
  )
})

const instanceCollectPoints = { uuid: 'u', instance_name: 'web.0' }

/** What is read at 1000 s, of the 300 s before it, when the cloud answers so. */
const readingOf = async (t: ExecutionContext, metrics: Parameters<typeof startCloud>[1][string], now = 1000) => {
  const { source } = await startCloud(t, {
    'services/demo/': onePage({ service_name: 'web', instances: [instanceCollectPoints] }),
    'services/demo/web/instances/u/metrics': metrics,
  })
  const { services } = await collected(source, { clock: manualClock(now * 1000) })
  return services[0]?.instances
}

const columns = ['time', 'memory_usage', 'rx_bytes']
const answers = [
  {
    title: 'columns in another order, with one too many and some missing, are read by their names',
    body: { columns: ['rx_bytes', 'sequence_number', 'time'], points: [[648, 3, 920]] },
    reading: { outcome: 'ok', point: { time: 920, networkReceiveBytes: 648 } },
  },
  {
    title: 'of points in ascending order the last is the newest',
    body: { columns, points: [860, 920, 980].map((time) => [time, time * 2, 1]) },
    reading: { outcome: 'ok', point: { time: 980, memoryUsageBytes: 1960, networkReceiveBytes: 1 } },
  },
  {
    title: 'of points in descending order the first is the newest',
    body: { columns, points: [980, 920, 860].map((time) => [time, time * 2, 1]) },
    reading: { outcome: 'ok', point: { time: 980, memoryUsageBytes: 1960, networkReceiveBytes: 1 } },
  },
  {
    title: 'a value that is null is absent',
    body: { columns, points: [[860, null, 1]] },
    reading: { outcome: 'ok', point: { time: 860, networkReceiveBytes: 1 } },
  },
  {
    title: 'a newer point of nulls does not hide an older one with values',
    body: {
      columns,
      points: [
        [860, 7, 1],
        [920, null, null],
      ],
    },
    reading: { outcome: 'ok', point: { time: 860, memoryUsageBytes: 7, networkReceiveBytes: 1 } },
  },
  { title: 'only nulls are no values', body: { columns, points: [[860, null, null]] }, reading: { outcome: 'empty' } },
  { title: 'no points are no values', body: { columns, points: [] }, reading: { outcome: 'empty' } },
  { title: 'an empty body is no values', body: '', reading: { outcome: 'empty' } },
]

for (const { title, body, reading } of answers) {
  test(title, async (t) => {
    t.deepEqual(await readingOf(t, { body }), [{ instance: { uuid: 'u', name: 'web.0' }, ...reading }])
  })
}

test('a point of a time that has not come does not stand in the way of true ones', async (t) => {
  t.deepEqual(await readingOf(t, memory([1000, 7], [1061, 8], [1_000_000, 9])), [
    { instance: { uuid: 'u', name: 'web.0' }, outcome: 'ok', point: { time: 1000, memoryUsageBytes: 7 } },
  ])
})

test('a clock that is a minute ahead of ours or behind is not yet another time', async (t) => {
  for (const time of [1060, 640]) {
    t.deepEqual(await readingOf(t, memory([time, 7])), [
      { instance: { uuid: 'u', name: 'web.0' }, outcome: 'ok', point: { time, memoryUsageBytes: 7 } },
    ])
  }
})

test('a point that is older than what was asked for ages from when it was read', async (t) => {
  t.deepEqual(await readingOf(t, memory([639, 7])), [
    { instance: { uuid: 'u', name: 'web.0' }, outcome: 'ok', point: { time: 639, memoryUsageBytes: 7 }, ageFrom: 1000 },
  ])
  t.deepEqual(await readingOf(t, memory([639, 7], [-28_000, 6]), 1010.5), [
    {
      instance: { uuid: 'u', name: 'web.0' },
      outcome: 'ok',
      point: { time: 639, memoryUsageBytes: 7 },
      ageFrom: 1010.5,
    },
  ])
})

interface Thing {
  readonly key: string
  readonly time?: number
  readonly id?: string
}

const newest = (things: ReadonlyArray<Thing>) =>
  newestByKey(things, { key: ({ key }) => key, time: ({ time }) => time, id: ({ id }) => id })

test('of each key the one that started last is kept, in the order in which the keys came', (t) => {
  const things = [
    { key: 'b', time: 1 },
    { key: 'a', time: 5 },
    { key: 'b', time: 3 },
    { key: 'b', time: 2 },
  ]
  t.deepEqual(newest(things), {
    kept: [
      { key: 'b', time: 3 },
      { key: 'a', time: 5 },
    ],
    duplicates: 2,
  })
})

test('of two that started together the one with the greater id is kept', (t) => {
  const [a, b] = [
    { key: 'k', time: 1, id: 'a' },
    { key: 'k', time: 1, id: 'b' },
  ]
  t.deepEqual(newest([a, b]), { kept: [b], duplicates: 1 })
  t.deepEqual(newest([b, a]), { kept: [b], duplicates: 1 })
})

test('an object without a start time is older than one with it', (t) => {
  const [untold, told] = [
    { key: 'k', id: 'z' },
    { key: 'k', time: 1, id: 'a' },
  ]
  t.deepEqual(newest([untold, told]), { kept: [told], duplicates: 1 })
  t.deepEqual(newest([told, untold]), { kept: [told], duplicates: 1 })
})

test('nothing comes of nothing', (t) => {
  t.deepEqual(newest([]), { kept: [], duplicates: 0 })
})

const thing: fc.Arbitrary<Thing> = fc.record(
  { key: fc.constantFrom('a', 'b', 'c'), time: fc.nat(3), id: fc.constantFrom('x', 'y', 'z') },
  { requiredKeys: ['key'] },
)
const distinct = fc.uniqueArray(thing, { selector: ({ key, time = 0, id = '' }) => JSON.stringify([key, time, id]) })

test('keys are unique, no key is lost, and the count adds up', (t) => {
  fc.assert(
    fc.property(fc.array(thing), (things) => {
      const { kept, duplicates } = newest(things)
      const keys = kept.map(({ key }) => key)
      t.deepEqual(keys, [...new Set(things.map(({ key }) => key))])
      t.is(kept.length + duplicates, things.length)
    }),
  )
})

test('nothing that was left out is newer than what was kept', (t) => {
  fc.assert(
    fc.property(fc.array(thing), (things) => {
      const { kept } = newest(things)
      for (const { key, time = 0, id = '' } of things) {
        const winner = kept.find((candidate) => candidate.key === key)
        const winnerTime = winner?.time ?? 0
        t.true(winnerTime > time || (winnerTime === time && (winner?.id ?? '') >= id))
      }
    }),
  )
})

test('what is kept does not depend on the order', (t) => {
  const byKey = (a: Thing, b: Thing) => (a.key < b.key ? -1 : 1)
  const inTwoOrders = distinct.chain((things) =>
    fc.tuple(fc.constant(things), fc.shuffledSubarray(things, { minLength: things.length })),
  )
  fc.assert(
    fc.property(inTwoOrders, ([some, other]) => {
      t.deepEqual([...newest(some).kept].sort(byKey), [...newest(other).kept].sort(byKey))
    }),
  )
})
