import { AlaudaException, createAlaudaClient, type ServiceAddress } from '@alauda-exporter/alauda-client'
import test from 'ava'
import fc from 'fast-check'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { Registry } from 'prom-client'
import { type Collector, createCollector } from '../src/collector.js'
import { type CollectorConfig, defaultMaxAgeMs, defaultTimeoutMs } from '../src/collector-config.js'
import { describeMetrics, families, takenLabelNames } from '../src/families/families.js'
import type { Service } from '../src/model.js'
import { registerAlaudaMetrics } from '../src/register.js'
import { collectorOf, linesOf, noting } from './helpers/collectors.js'
import { parseText } from './helpers/parse-text.js'
import { hangs, listing, notFound, sourceOf } from './helpers/sources.js'
import { fullStatistics } from './helpers/statistics.js'
import { tick } from './helpers/tick.js'

const client = sourceOf({})
const custom = { name: 'shop_orders', help: 'Orders.', type: 'gauge', labels: [], samples: () => [] }
const labelName = 'a label name of 1 to 1024 letters, digits and _ that begins neither with a digit nor with __'
const plain = "a plain object like { account: 'north' }"
const longText = 'a'.repeat(2_000_000)
const shownText = `${'a'.repeat(60)}…`
const known = 'a name that the metrics do not have already'

/** What plain JavaScript may hand over as an option of `families`, and the message of the TypeError. */
const wrongOptions: ReadonlyArray<readonly [Readonly<Record<string, unknown>>, string]> = [
  [{ labels: { 'data-center': 'north' } }, `labels: "data-center" given, expected ${labelName}`],
  [{ labels: { '': 'north' } }, `labels: "" given, expected ${labelName}`],
  [{ labels: { __name__: 'north' } }, `labels: "__name__" given, expected ${labelName}`],
  [{ labels: { '1st': 'north' } }, `labels: "1st" given, expected ${labelName}`],
  [{ labels: { 数据: 'north' } }, `labels: "数据" given, expected ${labelName}`],
  // Of the metrics that are always there, of those on request, and what Prometheus means by itself.
  ...[
    ...new Set([
      ...describeMetrics({ articleNames: true }).flatMap(({ labels }) => labels),
      'metric',
      'le',
      'quantile',
      'job',
    ]),
  ].map((name) => [{ labels: { [name]: 'north' } }, `labels: "${name}" given, expected ${known}`] as const),
  [{ labels: { label_tier: 'x' }, serviceLabels: ['tier'] }, `labels: "label_tier" given, expected ${known}`],
  [
    { labels: { shop: 'x' }, customMetrics: [{ ...custom, labels: ['shop'] }] },
    `labels: "shop" given, expected ${known}`,
  ],
  [{ labels: { account: 7 } }, 'labels.account: 7 given, expected text of 1 to 1024 characters'],
  [{ labels: { account: '' } }, 'labels.account: "" given, expected text of 1 to 1024 characters'],
  [{ labels: { account: undefined } }, 'labels.account: undefined given, expected text of 1 to 1024 characters'],
  [{ labels: { account: '\ud800' } }, 'labels.account: "\\ud800" given, expected text of 1 to 1024 characters'],
  [{ labels: { account: longText } }, `labels.account: "${shownText}" given, expected text of 1 to 1024 characters`],
  [{ labels: { account: 1n } }, 'labels.account: 1 given, expected text of 1 to 1024 characters'],
  [{ labels: { [longText]: 'x' } }, `labels: "${shownText}" given, expected ${labelName}`],
  [{ labels: { [`${'a'.repeat(99)}\n`]: 7 } }, `labels: "${shownText}" given, expected ${labelName}`],
  [{ labels: ['account'] }, `labels: an array given, expected ${plain}`],
  [{ labels: new Map([['account', 'north']]) }, `labels: a Map given, expected ${plain}`],
  [{ labels: new Map() }, `labels: a Map given, expected ${plain}`],
  [
    {
      labels: new (class Labels {
        account = 'north'
      })(),
    },
    `labels: an instance of a class given, expected ${plain}`,
  ],
  [{ labels: new URLSearchParams('account=north') }, `labels: an instance of a class given, expected ${plain}`],
  [{ labels: 'account' }, `labels: "account" given, expected ${plain}`],
  [{ labels: null }, `labels: null given, expected ${plain}`],
  [{ sizes: new Map([['XS', { cpu: 1 }]]) }, 'sizes: a Map given, expected a plain object like { XS: { cpu: 0.25 } }'],
  [{ sizes: { XS: { cpu: '1' } } }, 'sizes.XS.cpu: "1" given, expected a number above 0'],
  [{ serviceLabels: ['tier', 1n] }, 'serviceLabels[1]: 1 given, expected text of 1 to 1024 characters'],
  [{ serviceLabels: 'tier' }, 'serviceLabels: "tier" given, expected an array'],
  [{ serviceLabels: [7] }, 'serviceLabels[0]: 7 given, expected text of 1 to 1024 characters'],
  [{ articleNames: 'yes' }, 'articleNames: "yes" given, expected true or false'],
  [{ timestamps: 1 }, 'timestamps: 1 given, expected true or false'],
  [{ customMetrics: custom }, 'customMetrics: an object given, expected an array'],
  ...[
    'alauda_up',
    'alauda_service_labels',
    'alauda_custom_metric_failures_total',
    'alauda_api_request_duration_seconds_bucket',
    'alauda_api_request_duration_seconds_sum',
    'alauda_api_request_duration_seconds_count',
    'alauda_logins',
    'memory_usage',
  ].map(
    (name) =>
      [
        { customMetrics: [{ ...custom, name }] },
        `customMetrics[0].name: "${name}" given, expected a name that no other metric has`,
      ] as const,
  ),
  [
    { customMetrics: [custom, custom] },
    'customMetrics[1].name: "shop_orders" given, expected a name that no other metric has',
  ],
  [
    { customMetrics: [{ ...custom, name: 'shop-orders' }] },
    'customMetrics[0].name: "shop-orders" given, expected a metric name like shop_orders_total',
  ],
  [
    { customMetrics: [{ ...custom, type: 'counter' }] },
    'customMetrics[0].name: "shop_orders" given, expected a counter\'s name to end in _total',
  ],
  [
    { customMetrics: [{ ...custom, type: 'summary' }] },
    'customMetrics[0].type: "summary" given, expected one of counter, gauge, histogram',
  ],
  [
    { customMetrics: [{ ...custom, help: 7 }] },
    'customMetrics[0].help: 7 given, expected text of 1 to 1024 characters',
  ],
  [
    { customMetrics: [{ ...custom, labels: ['a-b'] }] },
    `customMetrics[0].labels[0]: "a-b" given, expected ${labelName}`,
  ],
  [{ customMetrics: [{ ...custom, labels: ['a', 'a'] }] }, 'customMetrics[0].labels: a name is there twice'],
  [{ customMetrics: [{ ...custom, samples: [] }] }, 'customMetrics[0].samples: an array given, expected a function'],
  [
    { customMetrics: [{ ...custom, labelNames: [] }] },
    'customMetrics[0].labelNames: unknown option, expected one of name, help, type, labels, samples',
  ],
]

const namespaceName =
  'the name of a user or an organization: 1 to 1024 characters, no line breaks or other control characters, no spaces around them, not . or ..'

/** As an option of a collector alone. */
const wrongConfigs: ReadonlyArray<readonly [Readonly<Record<string, unknown>>, string | RegExp]> = [
  [{ namespaces: 'demo' }, 'namespaces: "demo" given, expected an array'],
  [{ namespaces: [] }, 'namespaces: an empty array given, expected at least one namespace'],
  [{ namespaces: undefined }, 'namespaces: missing, it is required'],
  ...Object.entries({
    ...{ '': '""', '.': '"."', '..': '".."', ' ': '" "', ' demo': '" demo"', 'demo\t': '"demo\\t"' },
    ...{ 'a\nb': '"a\\nb"', 'a\0b': '"a\\u0000b"', 'a\u2028b': '"a\\u2028b"', '\ud800': '"\\ud800"' },
    [longText]: `"${shownText}"`,
  }).map(
    ([name, shown]) =>
      [{ namespaces: ['demo', name] }, `namespaces[1]: ${shown} given, expected ${namespaceName}`] as const,
  ),
  ...[7, null, undefined, 1n].map(
    (name) =>
      [{ namespaces: ['demo', name] }, `namespaces[1]: ${String(name)} given, expected ${namespaceName}`] as const,
  ),
  [{ namespaces: [['demo']] }, `namespaces[0]: an array given, expected ${namespaceName}`],
  [{ namespaces: new Set(['demo']) }, 'namespaces: an object given, expected an array'],
  [{ client: undefined }, 'client: missing, it is required'],
  [{ client: null }, /^client: null given, expected an object with the methods listServices, /],
  [{ client: {} }, /^client: an object given, expected an object with the methods listServices, /],
  [{ filter: /web/ }, 'filter: a regular expression given, expected a function'],
  [{ prepare: 'pages' }, 'prepare: "pages" given, expected a function'],
  [{ onCollected: 'log' }, 'onCollected: "log" given, expected a function'],
  [{ logger: () => {} }, 'logger: a function given, expected an object with the methods debug, info, warn, error'],
  [{ clock: Date }, 'clock: a function given, expected an object with the methods now, setTimeout'],
  [{ random: 1 }, 'random: 1 given, expected a function'],
  [{ signal: {} }, 'signal: an object given, expected an AbortSignal'],
  [{ period: '2m' }, /^period: "2m" given, expected one of 1s, 1m, /],
  [{ initialSnapshots: [7] }, 'initialSnapshots[0]: expected a snapshot of another collector'],
  [{ intervalMs: '60s' }, 'intervalMs: "60s" given, expected milliseconds from 0 to 2147483647'],
  [{ interval: 60_000 }, 'interval: unknown option, did you mean intervalMs?'],
  [{ namespace: 'demo' }, 'namespace: unknown option, did you mean namespaces?'],
  [{ service_labels: ['tier'] }, 'service_labels: unknown option, did you mean serviceLabels?'],
  [{ onScrape: () => {} }, /^onScrape: unknown option, expected one of client, namespaces, intervalMs, /],
  [{ [longText]: 1 }, new RegExp(`^"${shownText}": unknown option, expected one of client, namespaces, `)],
]

for (const [index, [options, message]] of wrongOptions.entries()) {
  test(`no metrics are made: ${message} (${index})`, (t) => {
    for (const call of [
      () => Reflect.apply(families, undefined, [[], options]),
      () => Reflect.apply(describeMetrics, undefined, [options]),
    ]) {
      t.throws(call, { instanceOf: TypeError, message })
    }
  })
}

for (const [index, [options, message]] of [...wrongOptions, ...wrongConfigs].entries()) {
  test(`a collector is not made, nor registered: ${message} (${index})`, (t) => {
    const config = { client, namespaces: ['demo'], ...options }
    t.throws(() => Reflect.apply(createCollector, undefined, [config]), { instanceOf: TypeError, message })
    const registry = new Registry()
    t.throws(() => Reflect.apply(registerAlaudaMetrics, undefined, [{ registry, ...config }]), {
      instanceOf: TypeError,
      message,
    })
    t.deepEqual(registry.getMetricsAsArray(), [])
  })
}

const wrongRegistrations: ReadonlyArray<readonly [unknown, RegExp]> = [
  [undefined, /^config: undefined given/],
  [{ client, namespaces: ['demo'] }, /^registry: missing, it is required$/],
  [{ registry: {}, client, namespaces: ['demo'] }, /^registry: an object given, expected an object with the methods /],
  [{ registry: new Registry(), collectors: [] }, /^collectors: an empty array given/],
  [{ registry: new Registry(), collectors: [{}] }, /^collectors\[0\]: an object given/],
  [
    { registry: new Registry(), collectors: createCollector({ client, namespaces: ['demo'] }) },
    /^collectors: an object/,
  ],
  [
    { registry: new Registry(), client, namespaces: ['demo'], scrapeWait: 5 },
    /^scrapeWait: unknown option, did you mean scrapeWaitMs\?$/,
  ],
  [{ registry: new Registry(), client, namespaces: ['demo'], scrapeWaitMs: '5s' }, /^scrapeWaitMs: "5s" given/],
]

for (const [index, [config, message]] of wrongRegistrations.entries()) {
  test(`nothing is registered: ${message} (${index})`, (t) => {
    t.throws(() => Reflect.apply(registerAlaudaMetrics, undefined, [config]), { instanceOf: TypeError, message })
  })
}

const labelTexts = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('north', '', ' ', 'a\nb', '"', '\\', '\ud800', '\0', '灵雀云', 'a'.repeat(1024), '😀'.repeat(1025)),
)
const labelNames = fc.oneof(
  fc.constantFrom(...takenLabelNames({ serviceLabels: ['tier'] }), 'account', 'label_', '__a', 'a-b', 'constructor'),
  fc.stringMatching(/^[a-zA-Z_][a-zA-Z0-9_]*$/),
  labelTexts,
)
const anyLabels = fc.oneof(
  { weight: 4, arbitrary: fc.dictionary(labelNames, labelTexts, { maxKeys: 3 }) },
  fc.dictionary(labelNames, fc.anything(), { maxKeys: 3 }),
  fc.anything(),
)

test('whatever labels are given, either no collector is made, or its page can be read and has them all', async (t) => {
  const source = { ...webSource, statistics: () => fullStatistics }
  await fc.assert(
    fc.asyncProperty(anyLabels, async (labels) => {
      const config = { client: source, namespaces: ['demo'], serviceLabels: ['tier'], articleNames: true, labels }
      let collector: Collector
      try {
        collector = Reflect.apply(createCollector, undefined, [config])
      } catch (error) {
        t.true(error instanceof TypeError && /^labels\b/.test(error.message), String(error))
        return
      }
      await collector.collect()
      const samples = parseText(collector.expose()).flatMap((family) => family.samples)
      t.true(samples.length > 0)
      for (const sample of samples) t.deepEqual(sample.labels, { ...sample.labels, ...Object(labels) })
    }),
    { numRuns: 60 },
  )
})

const isName = (name: unknown): boolean =>
  typeof name === 'string' &&
  name.trim() === name &&
  !['', '.', '..'].includes(name) &&
  !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(name) &&
  name.isWellFormed() &&
  [...name].length <= 1024

test('a collector is made for a list of names, and nothing else is taken for one', (t) => {
  const names = fc.oneof(labelTexts, fc.constantFrom('demo', ' demo', 'a b', '.', '..', '...'), fc.anything())
  fc.assert(
    fc.property(fc.oneof(fc.array(names, { maxLength: 3 }), fc.anything()), (namespaces) => {
      const make = () => Reflect.apply(createCollector, undefined, [{ client, namespaces }])
      if (Array.isArray(namespaces) && namespaces.length > 0 && namespaces.every(isName)) {
        t.notThrows(make)
        return
      }
      const error = t.throws(make, { instanceOf: TypeError, message: /^namespaces\b/ })
      t.true((error?.message.length ?? 0) < 2_000)
    }),
    { numRuns: 200 },
  )
})

test('what the host changes in its options later is not shown', async (t) => {
  const labels: Record<string, string> = { account: 'north' }
  const namespaces = ['demo']
  const serviceLabels = ['tier']
  const collector = createCollector({ client: webSource, namespaces, labels, serviceLabels })
  await collector.collect()
  const page = collector.expose()
  labels['data-center'] = 'x'
  namespaces.push('demo')
  serviceLabels.push('app.tier', 'app-tier')
  t.is(collector.expose(), page)
})

test('both doors of a client can be collected from', (t) => {
  const promises = createAlaudaClient({ credentials: { token: 'abc' } })
  t.notThrows(() => createCollector({ client: promises, namespaces: ['demo'] }))
  t.notThrows(() => createCollector({ client: promises.taskEithers, namespaces: ['demo'] }))
})

test('a client of the host may speak Promises, and need not give the same objects twice', async (t) => {
  let reads = 0
  const instances = [{ uuid: 'u', instance_name: 'web.0' }]
  const { collector } = collectorOf({
    listServices: async (_namespace, { onPage } = {}) => {
      onPage?.([{ service_name: 'web', instances }])
      return [{ service_name: 'web', instances }]
    },
    getService: () => Promise.reject(new AlaudaException(notFound)),
    listInstances: async () => [],
    getInstanceMetrics: async () => {
      reads += 1
      return { points: [{ time: 1190, memory_usage: 7 }] }
    },
  })
  const [snapshot] = await collector.collect()
  t.deepEqual([snapshot?.failure, snapshot?.duplicates, reads], [undefined, 0, 1])
  t.deepEqual(linesOf(collector, 'alauda_instance_memory_usage_bytes'), [
    'alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0"} 7',
  ])
})

test('what a Promise of a client rejects with is a failure: its own errors are counted as what they are', async (t) => {
  for (const [error, reason] of [
    [new AlaudaException({ ...notFound, status: 429 }), 'throttled'],
    [new Error('it broke'), 'decode'],
  ] as const) {
    const [snapshot] = await collectorOf({ ...client, listServices: () => Promise.reject(error) }).collector.collect()
    t.like(snapshot?.failure, { reason })
  }
})

const wrong: ReadonlyArray<Partial<CollectorConfig>> = [
  { intervalMs: -1 },
  { intervalMs: Number.NaN },
  { intervalMs: 2 ** 31 },
  { timeoutMs: 0 },
  { windowMs: 0 },
  { maxAgeMs: -1 },
  { maxInstances: -1 },
]

for (const config of wrong) {
  const [name = '', value] = Object.entries(config)[0] ?? []
  test(`${name} cannot be ${value}`, (t) => {
    const error = t.throws(() => collectorOf(sourceOf({}), config), { instanceOf: TypeError })
    t.true(error?.message.startsWith(name), error?.message)
  })
}

test('no interval, no age and no instances are allowed', (t) => {
  t.notThrows(() => collectorOf(sourceOf({}), { intervalMs: 0, maxAgeMs: 0, maxInstances: 0 }))
})

test('what is known is shown for five minutes, the window or twice the interval, whichever is longest', (t) => {
  t.is(defaultMaxAgeMs(60_000), 300_000)
  t.is(defaultMaxAgeMs(0), 300_000)
  t.is(defaultMaxAgeMs(200_000), 400_000)
  t.is(defaultMaxAgeMs(200_000, 600_000), 600_000)
  t.is(defaultMaxAgeMs(60_000, 60_000), 300_000)
})

test('a collection may take as long as the interval, or a minute without one', async (t) => {
  t.is(defaultTimeoutMs(0), 60_000)
  t.is(defaultTimeoutMs(15_000), 15_000)
  for (const [intervalMs, message] of [
    [15_000, 'the collection failed: the collection was not done within 15000 ms'],
    [0, 'the collection failed: the collection was not done within 60000 ms'],
  ] as const) {
    const { clock, collector } = collectorOf(sourceOf({ listServices: hangs }), { intervalMs })
    const snapshots = collector.collect()
    clock.advance(defaultTimeoutMs(intervalMs))
    t.is((await snapshots)[0]?.failure?.message, message)
  }
})

test('each namespace draws its own part of the interval at which it is collected', async (t) => {
  const draws = [0.25, 0.5]
  const { asked, source } = noting()
  const { clock, collector } = collectorOf(source, {
    namespaces: ['demo', 'team', 'demo'],
    random: () => draws.shift() ?? Number.NaN,
  })
  t.deepEqual(draws, [], 'one for each namespace')
  collector.start()
  await tick()
  t.deepEqual(asked.splice(0), ['demo', 'team'])
  clock.advance(15_000)
  await tick()
  t.deepEqual(asked.splice(0), ['demo'])
  clock.advance(15_000)
  t.deepEqual(asked.splice(0), ['team'])
})

const webSource = {
  ...sourceOf({
    listServices: listing({ service_name: 'web', instances: [{ uuid: 'u', instance_name: 'web.0' }] }),
    getInstanceMetrics: () => TE.right({ points: [{ time: 1190.5, memory_usage: 7 }] }),
  }),
  statistics: () => fullStatistics,
}

test('labels are on all samples, those of the API’s calls too', async (t) => {
  const { collector } = collectorOf(webSource, { labels: { account: 'north' } })
  await collector.collect()
  const samples = collector.families().flatMap((family) => family.samples)
  t.true(samples.length > 20)
  t.true(samples.every(({ labels }) => labels.account === 'north'))
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo",account="north"} 1'])
  t.deepEqual(linesOf(collector, 'alauda_logins_total'), ['alauda_logins_total{account="north"} 2'])
})

test('timestamps are on the measured values', async (t) => {
  const { collector } = collectorOf(webSource, { timestamps: true })
  await collector.collect()
  t.deepEqual(linesOf(collector, 'alauda_instance_memory_usage_bytes'), [
    'alauda_instance_memory_usage_bytes{namespace="demo",service="web",instance_name="web.0"} 7 1190500',
  ])
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
})

test('a source without statistics has no metrics of its calls', async (t) => {
  const { collector } = collectorOf(sourceOf({}))
  await collector.collect()
  t.deepEqual(linesOf(collector, 'alauda_api'), [])
  t.deepEqual(linesOf(collector, 'alauda_login'), [])
})

test('the statistics of a source are as of now, also before anything was collected', (t) => {
  let logins = 0
  const { collector } = collectorOf({ ...sourceOf({}), statistics: () => ({ ...fullStatistics, logins }) })
  for (logins of [0, 1]) t.deepEqual(linesOf(collector, 'alauda_logins_total'), [`alauda_logins_total ${logins}`])
})

test('a collector continues from what another one knew: nothing is missing until it has collected itself', async (t) => {
  const first = collectorOf(sourceOf({ listServices: listing({ service_name: 'web', instances: [] }) }))
  await first.collector.collect()
  const { collector } = collectorOf(sourceOf({ listServices: hangs }), {
    initialSnapshots: first.collector.snapshots(),
  })
  collector.start()
  await collector.scrape(5_000)
  t.deepEqual(linesOf(collector, 'alauda_service_info'), ['alauda_service_info{namespace="demo",service="web"} 1'])
})

test('of what another one knew a collector shows nothing that it shall not watch, and asks for nothing of it', async (t) => {
  const services = ['web', 'old'].map((service_name) => ({ service_name, instances: [] }))
  const first = collectorOf(sourceOf({ listServices: listing(...services) }))
  await first.collector.collect()
  const settings = {
    initialSnapshots: first.collector.snapshots(),
    filter: ({ name }: Service) => name !== 'old',
  }
  const shown = ['alauda_service_info{namespace="demo",service="web"} 1']

  const isDown = collectorOf(sourceOf({ listServices: () => TE.left(notFound) }), settings)
  for (let round = 0; round < 2; round++) {
    t.deepEqual(linesOf(isDown.collector, 'alauda_service_info'), shown)
    await isDown.collector.collect()
  }

  const asked: string[] = []
  const getService = ({ service }: ServiceAddress) => {
    asked.push(service)
    return TE.right({ service_name: service, instances: [] })
  }
  const isMissing = collectorOf(sourceOf({ listServices: listing(), getService }), settings)
  await isMissing.collector.collect()
  t.deepEqual(asked, ['web'])
  t.deepEqual(linesOf(isMissing.collector, 'alauda_service_info'), shown)
})
