import type { ServiceAddress } from '@alauda-exporter/alauda-client'
import test from 'ava'
import fc from 'fast-check'
import { right } from 'fp-ts/lib/Either.js'
import { left } from 'fp-ts/lib/TaskEither.js'
import { probeRoute } from '../../src/routes/probe.js'
import { isWantedBy, type Watched, watchAccount } from '../../src/watch.js'
import { asked, textOf } from '../helpers/asked.js'
import { hangs, startCloud } from '../helpers/cloud.js'
import { startTestExporter } from '../helpers/exporter.js'
import { metricOf } from '../helpers/page.js'
import { defaults } from '../helpers/sources.js'

test('a client that waits no time does not cancel calls as soon as they are made', async (t) => {
  const { environment } = await startCloud(t, { 'services/demo/web/': hangs, 'services/demo/': hangs })
  const { get } = await startTestExporter(t, { environment, flags: { 'collect.interval': ['0'] } })
  for (const [path, header, expected] of [
    ['/probe?namespace=demo&service=web', 'X-Prometheus-Scrape-Timeout-Seconds', ['alauda_up{namespace="demo"} 0']],
    ['/sd', 'X-Prometheus-Refresh-Interval-Seconds', []],
  ] as const) {
    const begun = performance.now()
    const response = await get(path, { headers: { [header]: '0.001' } })
    t.true(performance.now() - begun >= 490, path)
    t.deepEqual(metricOf(await response.text(), 'alauda_up'), expected)
  }
})

const { metrics } = defaults
const collect = { ...defaults.collect, intervalMs: 0, maxInstances: 100 }
const instances = Array.from({ length: 40 }, (_, index) => ({ uuid: `u${index}`, instance_name: `web.${index}` }))

/** An account of which up to `maxConcurrency` calls are under way at a time, and their maximum so far. */
const accountOf = (name: string, maxConcurrency: number) => {
  const watched = watchAccount(
    { accounts: [], collect, metrics },
    {
      name,
      endpoint: 'http://x/v1/',
      credentials: { token: 't' },
      namespaces: ['demo'],
      labels: {},
      connection: { proxies: { none: '' } },
      client: { ...defaults.client, maxConcurrency, maxRetries: 0 },
    },
  )
  let underWay = 0
  let most = 0
  const answering =
    <A>(answer: A) =>
    () =>
    async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise(setImmediate)
      underWay -= 1
      return right(answer)
    }
  const client = {
    listServices: answering([]),
    getService: answering({ service_name: 'web' }),
    listInstances: answering(instances),
    getInstanceMetrics: answering({ points: [{ time: 60, memory_usage: 1 }] }),
  }
  return { watched: { ...watched, client }, most: () => most }
}

test('however many probes of however many instances there are, few calls of theirs wait before those of others', async (t) => {
  const [north, south] = [accountOf('north', 3), accountOf('south', 1)]
  const route = probeRoute({ accounts: () => [north.watched, south.watched] })
  const probes = ['north', 'south', 'north', 'south', 'north'].map(async (account) =>
    route(asked({}, `account=${account}&namespace=demo&service=web`)),
  )
  for (const { body } of await Promise.all(probes)) {
    t.is(metricOf(textOf(body), 'alauda_instance_memory_usage_bytes').length, instances.length)
  }
  t.deepEqual([north.most(), south.most()], [6, 2])
})

const collectProbeProperties = { ...defaults.collect, intervalMs: 0, excludeServices: /^(?:secret.*)$/ }
const client = { ...defaults.client, maxConcurrency: 1, maxRetries: 0 }

/** An account whose calls are noted, and get the answer of a cloud that does not have what is asked for. */
const accountOfProbeProperties = (name: string, namespaces: ReadonlyArray<string>, calls: string[][]): Watched => {
  const account = {
    name,
    endpoint: 'http://x/v1/',
    credentials: { token: 't' },
    namespaces,
    labels: {},
    client,
    connection: { proxies: { none: '' } },
  }
  const watched = watchAccount({ accounts: [], collect: collectProbeProperties, metrics }, account)
  const notFound = (...called: string[]) => {
    calls.push([name, ...called])
    return left({
      _tag: 'HttpError' as const,
      endpoint: 'getService' as const,
      method: 'GET',
      url: 'http://x/v1/',
      status: 404,
      message: 'no',
      firstLine: '',
    })
  }
  const noted = {
    listServices: (namespace: string) => notFound(namespace, 'all'),
    getService: ({ namespace, service }: ServiceAddress) => notFound(namespace, service),
    listInstances: ({ namespace, service }: ServiceAddress) => notFound(namespace, service),
    getInstanceMetrics: ({ namespace, service }: ServiceAddress) => notFound(namespace, service),
  }
  return { ...watched, client: noted }
}

const any = fc.oneof(fc.string(), fc.string({ unit: 'binary' }))
const parameter = (...names: string[]) =>
  fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...names) }, any), { maxLength: 2 })
const queries = fc.record({
  namespace: parameter('demo', 'north-only', 'south-only'),
  service: parameter('web', 'secret', 'secrets', '', '.', '..', '../..', 'web/instances'),
  account: parameter('north', 'south'),
  uuid: parameter('u', '..'),
})

const sentences = [
  'Give one namespace and one service: /probe?namespace=NAME&service=NAME.',
  'Give account and uuid once, or not at all.',
  'A service cannot be named by nothing, by . or by ..',
  'The settings have no account of this name.',
  'The settings have no namespace of this name.',
  'Several accounts have this namespace: give one of them as account: north, south.',
  'There is no such service, or the settings leave it out.',
].map((sentence) => `${sentence}\n`)

test('whatever is asked, only what is configured is called for, and nothing of the question comes back', async (t) => {
  const calls: string[][] = []
  const namespaces = { north: ['demo', 'north-only'], south: ['demo', 'south-only'] } as const
  const accounts = [
    accountOfProbeProperties('north', namespaces.north, calls),
    accountOfProbeProperties('south', namespaces.south, calls),
  ]
  const route = probeRoute({ accounts: () => accounts })
  const isWanted = isWantedBy(collectProbeProperties)
  await fc.assert(
    fc.asyncProperty(queries, async (query) => {
      calls.length = 0
      const pairs = Object.entries(query).flatMap(([name, values]) => values.map((value) => [name, value]))
      const text = new URLSearchParams(pairs).toString()
      const { status, headers, body } = await route(asked({}, text))
      t.true(status === 400 || status === 404)
      t.is(headers['content-type'], 'text/plain; charset=utf-8')
      t.true(sentences.includes(textOf(body)), textOf(body))

      const [namespace = '', service_name = ''] = [query.namespace[0], query.service[0]]
      const isFine =
        query.namespace.length === 1 &&
        query.service.length === 1 &&
        isWanted({ name: service_name }) &&
        !['', '.', '..'].includes(service_name) &&
        query.uuid.length <= 1 &&
        query.uuid.every((uuid) => !['', '.', '..'].includes(uuid)) &&
        query.account.length <= 1
      const owners = (['north', 'south'] as const).filter(
        (name) =>
          namespaces[name].some((one) => one === namespace) &&
          (query.account[0] === undefined || query.account[0] === name),
      )
      const [owner = ''] = owners
      t.deepEqual(
        calls,
        isFine && owners.length === 1 ? [[owner, namespace, asSent(query.uuid[0] ?? service_name)]] : [],
      )
    }),
    { numRuns: 500 },
  )
})

// Half a surrogate pair cannot be sent in a URL.
const asSent = (text: string): string => text.toWellFormed()
