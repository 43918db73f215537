import { type AlaudaError, systemClock } from '@alauda-exporter/alauda-client'
import { createCollector } from '@alauda-exporter/collector'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { type ManualClock, manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { healthyRoute, readyRoute } from '../../src/routes/management.js'
import type { Account } from '../../src/settings/settings.js'
import { plainText } from '../../src/toolkit/handler.js'
import { asked, textOf } from '../helpers/asked.js'
import { startCloud, webIn } from '../helpers/cloud.js'
import { startTestExporter } from '../helpers/exporter.js'
import { defaults } from '../helpers/sources.js'

const refusal: AlaudaError = { _tag: 'AuthError', endpoint: 'login', method: 'GET', url: 'http://x/v1/', message: 'no' }

const accountOf = (namespaces: ReadonlyArray<string>, name?: string): Account => ({
  ...(name === undefined ? {} : { name }),
  endpoint: 'http://x/v1/',
  credentials: { token: 't' },
  namespaces,
  labels: {},
  connection: { proxies: { none: '' } },
  client: defaults.client,
})

/** Accounts of namespaces without services; `fails` has those that cannot be read now. */
const setUp = (
  clock: ManualClock,
  fails: ReadonlySet<string>,
  accounts: ReadonlyArray<Account> = [accountOf(['a', 'b'])],
) => {
  const client = {
    listServices: (namespace: string) => async () => (fails.has(namespace) ? E.left(refusal) : E.right([])),
    getService: () => () => new Promise<never>(() => {}),
    listInstances: () => async () => E.right([]),
    getInstanceMetrics: () => async () => E.right({ points: [] }),
  }
  const watched = accounts.map((account) => {
    const config = { namespaces: account.namespaces, clock }
    return { account, client, config, collector: createCollector({ ...config, client }) }
  })
  const watch = {
    accounts: () => watched,
    scrape: () => Promise.reject(new Error('with an interval no request waits')),
    isAtScrape: () => false,
    maxAgeSeconds: () => 300,
  }
  return {
    collect: () => Promise.all(watched.map(({ collector }) => collector.collect())),
    ready: () => readyRoute(watch, clock)(asked()),
  }
}

const ready = plainText(200, 'The exporter is ready.')
const notReady = (names: string) =>
  plainText(503, `Not ready: the services of ${names} have not been read in the last 300 s.`)

test('is healthy as long as it answers', async (t) => {
  t.deepEqual(await healthyRoute(asked()), plainText(200, 'The exporter is healthy.'))
})

test('is ready when every namespace has been read', async (t) => {
  const { collect, ready: answer } = setUp(manualClock(1_000_000), new Set())
  t.deepEqual(await answer(), notReady('a, b'))
  await collect()
  t.deepEqual(await answer(), ready)
})

test('names the namespaces that have not been read', async (t) => {
  const fails = new Set(['b'])
  const { collect, ready: answer } = setUp(manualClock(1_000_000), fails)
  await collect()
  t.deepEqual(await answer(), notReady('b'))
  fails.clear()
  await collect()
  t.deepEqual(await answer(), ready)
})

test('of several accounts each namespace is named with its account', async (t) => {
  const fails = new Set(['b', 'c'])
  const accounts = [accountOf(['a', 'b'], 'north'), accountOf(['b', 'c'], 'south')]
  const { collect, ready: answer } = setUp(manualClock(1_000_000), fails, accounts)
  await collect()
  t.deepEqual(await answer(), notReady('north/b, south/b, south/c'))
  fails.clear()
  await collect()
  t.deepEqual(await answer(), ready)
})

test('stays ready through failures until the last success is five minutes old', async (t) => {
  const clock = manualClock(1_000_000)
  const fails = new Set<string>()
  const { collect, ready: answer } = setUp(clock, fails)
  await collect()
  fails.add('a')
  clock.advance(300_000)
  await collect()
  t.deepEqual(await answer(), ready)
  clock.advance(1)
  t.deepEqual(await answer(), notReady('a'))
})

const atScrape = { 'collect.interval': ['0'] }
const answerOf = async (response: Response) => [response.status, await response.text()]

test('with a collection at each scrape it makes one when it has to, and none while that is new enough', async (t) => {
  const cloud = await startCloud(t, webIn(1, 'demo'))
  const { get } = await startTestExporter(t, { environment: cloud.environment, flags: atScrape })
  t.deepEqual(cloud.requests, [])
  t.deepEqual(await answerOf(await get('/-/ready')), [200, textOf(ready.body)])
  // The login, the list and the metrics of its one instance.
  t.is(cloud.requests.length, 3)
  t.deepEqual(await answerOf(await get('/-/ready')), [200, textOf(ready.body)])
  t.is(cloud.requests.length, 3)
})

test('with a collection at each scrape it tries again as long as the cloud is down, and says whose it is', async (t) => {
  let isDown = true
  const up = await startCloud(t, webIn(1, 'demo'))
  const down = await startCloud(t, {
    'services/demo/': () =>
      isDown ? { status: 500 } : { body: { count: 0, previous: null, next: null, results: [] } },
  })
  const accountIn = (name: string, { endpoint }: { readonly endpoint: string }) => ({
    name,
    endpoint,
    username: 'demo',
    password: 'p',
    labels: { of: name },
  })
  const { get } = await startTestExporter(t, {
    flags: { ...atScrape, 'collect.max-age': ['1h'], 'alauda.max-retries': ['0'] },
    file: { accounts: [accountIn('north', up), accountIn('south', down)] },
  })
  const sentence = 'Not ready: the services of south/demo have not been read in the last 3600 s.\n'
  t.deepEqual(await answerOf(await get('/-/ready')), [503, sentence])
  t.deepEqual(await answerOf(await get('/-/ready')), [503, sentence])
  isDown = false
  t.deepEqual(await answerOf(await get('/-/ready')), [200, textOf(ready.body)])
})

test('with a collection at each scrape a cloud that hangs does not hold the answer up for longer than a scrape', async (t) => {
  const { environment } = await startCloud(t, { 'services/demo/': () => new Promise(() => {}) })
  const { get } = await startTestExporter(t, { environment, flags: atScrape })
  const begun = systemClock.now()
  const response = await get('/-/ready', { headers: { 'X-Prometheus-Scrape-Timeout-Seconds': '0.2' } })
  t.is(response.status, 503)
  t.true(systemClock.now() - begun < 5000)
})
