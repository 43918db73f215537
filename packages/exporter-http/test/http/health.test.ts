import type { AlaudaError } from '@alauda-exporter/alauda-client'
import { createCollector } from '@alauda-exporter/collector'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { type ManualClock, manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { healthyRoute, readyRoute } from '../../src/http/health.js'

const refusal: AlaudaError = { _tag: 'AuthError', method: 'GET', url: 'http://x/v1/', message: 'no' }

/** A collector of namespaces without services; `fails` has those that cannot be read now. */
const setUp = (clock: ManualClock, fails: ReadonlySet<string>) => {
  const namespaces = ['a', 'b']
  const source = {
    listServices: (namespace: string) => async () => (fails.has(namespace) ? E.left(refusal) : E.right([])),
    listInstances: () => async () => E.right([]),
    getInstanceMetrics: () => async () => E.right({ points: [] }),
  }
  const collector = createCollector({ source, namespaces, clock })
  return { collector, ready: () => readyRoute(collector, namespaces, 300, clock)({ headers: {} }) }
}

const text = (status: number, body: string) => ({ status, contentType: 'text/plain; charset=utf-8', body: `${body}\n` })
const ready = text(200, 'The exporter is ready.')
const notReady = (names: string) =>
  text(503, `Not ready: the services of ${names} have not been read in the last 300 s.`)

test('is healthy as long as it answers', (t) => {
  t.deepEqual(healthyRoute({ headers: {} }), text(200, 'The exporter is healthy.'))
})

test('is ready when every namespace has been read', async (t) => {
  const { collector, ready: answer } = setUp(manualClock(1_000_000), new Set())
  t.deepEqual(await answer(), notReady('a, b'))
  await collector.collect()
  t.deepEqual(await answer(), ready)
})

test('names the namespaces that have not been read', async (t) => {
  const fails = new Set(['b'])
  const { collector, ready: answer } = setUp(manualClock(1_000_000), fails)
  await collector.collect()
  t.deepEqual(await answer(), notReady('b'))
  fails.clear()
  await collector.collect()
  t.deepEqual(await answer(), ready)
})

test('stays ready through failures until the last success is five minutes old', async (t) => {
  const clock = manualClock(1_000_000)
  const fails = new Set<string>()
  const { collector, ready: answer } = setUp(clock, fails)
  await collector.collect()
  fails.add('a')
  clock.advance(300_000)
  await collector.collect()
  t.deepEqual(await answer(), ready)
  clock.advance(1)
  t.deepEqual(await answer(), notReady('a'))
})
