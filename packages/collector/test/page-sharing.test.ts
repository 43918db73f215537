import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import test from 'ava'
import { Registry } from 'prom-client'
import { type Collector, createCollector } from '../src/collector.js'
import type { CollectorConfig } from '../src/collector-config.js'
import type { Family } from '../src/family.js'
import { createFetchHandler } from '../src/http/fetch-handler.js'
import { createMetricsHandler } from '../src/http/metrics-handler.js'
import type { MetricsSource } from '../src/http/metrics-source.js'
import { assertDistinct } from '../src/page-sharing.js'
import { registerAlaudaMetrics } from '../src/register.js'
import { sampleLines, tellingSource, webSource } from './helpers/host.js'

const of = (config: Partial<CollectorConfig> = {}): Collector =>
  createCollector({ client: tellingSource, namespaces: ['demo'], ...config })

const series = (page: string) => sampleLines(page).map((line) => line.slice(0, line.lastIndexOf(' ')))

const pageOf = async (...sources: ReadonlyArray<MetricsSource>): Promise<string> =>
  (await createFetchHandler(...sources)(new Request('http://localhost/metrics'))).text()

test('collectors of one client share its metrics of itself, which a page has once', async (t) => {
  const collectors = [of(), of({ namespaces: ['team'] })]
  await Promise.all(collectors.map((collector) => collector.collect()))
  const registry = new Registry()
  registerAlaudaMetrics({ registry, collectors })
  t.teardown(() => collectors.map((collector) => collector.stop()))
  for (const page of [await pageOf(...collectors), await registry.metrics()]) {
    const all = series(page)
    t.is(new Set(all).size, all.length)
    t.is(all.filter((one) => one === 'alauda_logins_total').length, 1)
    t.deepEqual(
      all.filter((one) => one.startsWith('alauda_up')),
      ['alauda_up{namespace="demo"}', 'alauda_up{namespace="team"}'],
    )
  }
})

test('collectors of two copies of the package are distinguished like those of one', async (t) => {
  const copy: typeof import('../src/page-sharing.js') = await import(
    `${import.meta.resolve('../src/page-sharing.js')}?copy`
  )
  t.not(copy.assertDistinct, assertDistinct)
  const [north, south] = [of(), of({ client: { ...tellingSource } })]
  for (const distinct of [assertDistinct, copy.assertDistinct]) {
    t.throws(() => distinct([north, south], 'sources'), {
      instanceOf: TypeError,
      message: /^sources\[0\] and sources\[1\]: two clients with the same labels \{\}, /,
    })
    t.notThrows(() => distinct([north, { ...south }], 'sources'))
  }
})

test('one collector given twice is one collector', async (t) => {
  const collector = of()
  await collector.collect()
  t.deepEqual(series(await pageOf(collector, collector)), series(await pageOf(collector)))
  const registry = new Registry()
  t.notThrows(() => registerAlaudaMetrics({ registry, collectors: [collector, collector] }).stop())
})

const indistinct: ReadonlyArray<readonly [ReadonlyArray<Collector>, string]> = [
  [
    [of(), of({ client: { ...tellingSource }, namespaces: ['team'] })],
    "two clients with the same labels {}, expected distinct labels, like { account: 'north' }",
  ],
  [[of(), of({ namespaces: ['team', 'demo'] })], 'both have the namespace "demo" and the labels {}'],
  [
    [of({ labels: { a: '1', b: '2' } }), of({ labels: { b: '2', a: '1' } })],
    'both have the namespace "demo" and the labels {"a":"1","b":"2"}',
  ],
]

for (const [collectors, fault] of indistinct) {
  test(`collectors that would show one series are rejected: ${fault}`, (t) => {
    const registry = new Registry()
    t.throws(() => registerAlaudaMetrics({ registry, collectors }), {
      instanceOf: TypeError,
      message: `collectors[0] and collectors[1]: ${fault}`,
    })
    t.deepEqual(registry.getMetricsAsArray(), [])
    for (const create of [createFetchHandler, createMetricsHandler]) {
      t.throws(() => create(...collectors), {
        instanceOf: TypeError,
        message: `sources[0] and sources[1]: ${fault}`,
      })
    }
  })
}

test('labels distinguish clients and collectors', (t) => {
  const client = createAlaudaClient({ credentials: { token: 'abc' } })
  t.notThrows(() =>
    createFetchHandler(of({ labels: { account: 'north' } }), of({ client, labels: { account: 'south' } })),
  )
  t.notThrows(() => createFetchHandler(of({ labels: { tier: '1' } }), of({ labels: { tier: '2' } })))
})

test('what is no source is named', (t) => {
  const message = 'sources[1]: expected a collector, or an object with the method scrape'
  for (const source of [undefined, null, 'collector', {}, { families: () => [] }, { scrape: [] }]) {
    t.throws(() => Reflect.apply(createFetchHandler, undefined, [of(), source]), { instanceOf: TypeError, message })
  }
  t.throws(() => createFetchHandler(), { message: 'sources: none given, expected a collector or several' })
})

const gauge: Family = { name: 'shop_up', help: 'Up?', type: 'gauge', labels: [], samples: [{ labels: {}, value: 1 }] }

const misbehaving: ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>]> = [
  ['families throw', { scrape: () => raise() }],
  ['families reject', { scrape: () => Promise.reject(new Error('oops')) }],
  ['families are undefined', { scrape: () => undefined }],
  ['families are no array', { scrape: () => gauge }],
  ['a family is undefined', { scrape: () => [undefined] }],
  ['a family has no name', { scrape: () => [{ ...gauge, name: 'shop-up' }] }],
  ['a family has another type', { scrape: () => [{ ...gauge, type: 'summary' }] }],
  [
    'a sample has a number as a label',
    { scrape: () => [{ ...gauge, samples: [{ labels: { code: 200 }, value: 1 }] }] },
  ],
  [
    'a sample has a label that is none',
    { scrape: () => [{ ...gauge, samples: [{ labels: { 'a-b': '' }, value: 1 }] }] },
  ],
  ['a sample has text as a value', { scrape: () => [{ ...gauge, samples: [{ labels: {}, value: '1' }] }] }],
  ['families never come', { scrape: () => new Promise(() => {}) }],
]

const raise = () => {
  throw new Error('oops')
}

for (const [what, source] of misbehaving) {
  test.serial(`a source of which ${what} costs no other, and is a warning`, async (t) => {
    const collector = createCollector({ client: webSource, namespaces: ['demo'] })
    await collector.collect()
    const warned = new Promise((resolve) => process.once('warning', resolve))
    const handler = Reflect.apply(createFetchHandler, undefined, [collector, source])
    const headers = { 'x-prometheus-scrape-timeout-seconds': '0.2' }
    const response = await handler(new Request('http://localhost/metrics', { headers }))
    t.is(response.status, 200)
    const page = await response.text()
    t.regex(page, /^alauda_up\{namespace="demo"\} 1$/m)
    t.notRegex(page, /shop/)
    t.true((await warned) instanceof Error)
  })
}
