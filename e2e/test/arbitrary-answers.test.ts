import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import {
  AlaudaException,
  type AlaudaPromiseClient,
  createAlaudaPromiseClient,
  type FetchLike,
} from '@alauda-exporter/alauda-client'
import { createCollector } from '@alauda-exporter/collector'
import test from 'ava'
import fc from 'fast-check'
import { type ManualClock, manualClock } from '../../packages/alauda-client/test/helpers/manual-clock.js'
import { type AnySaid, almostRight, anyAnswers } from '../helpers/any-answers.js'
import { checkGiven, givenIn } from '../helpers/given-values.js'

const start = Date.UTC(2026, 0, 1, 0, 10)
const credentials = { username: 'demo', password: 'demo' }
const collections = 3
// The lists' pages and second passes, each instance's calls and retries: far more than any bounded collection needs.
const mostCalls = 5_000

const callOf = (url: string, method: string): keyof AnySaid => {
  if (method === 'POST') return 'login'
  const { pathname } = new URL(url)
  if (pathname.endsWith('/metrics')) return 'metrics'
  if (pathname.endsWith('/instances/')) return 'instances'
  return /\/services\/[^/]+\/[^/]+\/$/.test(pathname) ? 'service' : 'list'
}

/** Says to each call of a kind what is next in turn, and remembers what it has said. */
const createSpeaker = (said: AnySaid) => {
  const spoken: string[] = []
  const turns: Record<keyof AnySaid, number> = { login: 0, list: 0, service: 0, instances: 0, metrics: 0 }
  const fetch: FetchLike = async (url, { method }) => {
    const call = callOf(url, method)
    const body = said[call][turns[call]++ % said[call].length] ?? ''
    spoken.push(body)
    assert.ok(spoken.length <= mostCalls, 'calls without an end')
    return { status: 200, headers: new Headers({ 'content-type': 'application/json' }), text: async () => body }
  }
  return { fetch, spoken }
}

/** What the promise gives, with whatever it waits for by the clock. */
const inNoTime = async <A>(clock: ManualClock, promise: Promise<A>): Promise<A> => {
  let isSettled = false
  const settled = promise.finally(() => {
    isSettled = true
  })
  for (let turn = 1; !isSettled; turn++) {
    await setImmediate()
    if (turn % 20 === 0 && clock.pending() > 0) clock.advance(Math.min(...clock.waits()))
  }
  return settled
}

const watch = async (said: AnySaid): Promise<void> => {
  const clock = manualClock(start)
  const { fetch, spoken } = createSpeaker(said)
  const client = createAlaudaPromiseClient({
    endpoint: 'http://cloud.example/v1/',
    credentials,
    fetch,
    clock,
    random: () => 0,
  })
  const options = { articleNames: false, serviceLabels: ['a', 'b'] }
  const collector = createCollector({ client, namespaces: ['demo'], clock, random: () => 0, ...options })
  for (let collection = 1; collection <= collections; collection++) {
    await inNoTime(clock, collector.collect())
    const page = collector.expose()
    checkGiven(page, givenIn(spoken), collection)
    const bytes = spoken.reduce((sum, { length }) => sum + length, 0)
    const held = JSON.stringify(collector.snapshots()).length
    assert.ok(held <= 20_000 + 20 * bytes, `${held} bytes are held of ${bytes}`)
    assert.ok(page.length <= 50_000 + 50 * bytes, `a page of ${page.length} bytes shows ${bytes}`)
    clock.advance(60_000)
  }
}

const window = { start: start / 1000 - 300, end: start / 1000 }
const calls: Readonly<Record<string, (client: AlaudaPromiseClient) => Promise<unknown>>> = {
  login: (client) => client.login(),
  profile: (client) => client.profile(),
  listOrganizations: (client) => client.listOrganizations(),
  listServices: (client) => client.listServices('demo'),
  iterateServices: async (client) => {
    const services: unknown[] = []
    for await (const service of client.iterateServices('demo')) services.push(service)
    return services
  },
  getService: (client) => client.getService('demo', 'a'),
  listInstances: (client) => client.listInstances('demo', 'a'),
  getInstance: (client) => client.getInstance('demo', 'a', 'b'),
  getInstanceMetrics: (client) => client.getInstanceMetrics('demo', 'a', 'b', { ...window, period: '1m' }),
  getServiceLogs: (client) => client.getServiceLogs('demo', 'a', window),
  getInstanceLogs: (client) => client.getInstanceLogs('demo', 'a', 'b', window),
}

test('there is a property for each call', (t) => {
  const { taskEithers, ...client } = createAlaudaPromiseClient({ credentials })
  t.deepEqual(
    Object.keys(calls).sort(),
    Object.keys(client)
      // These two send nothing.
      .filter((name) => name !== 'statistics' && name !== 'clearRetryAfter')
      .sort(),
  )
  t.is(Object.keys(taskEithers).length, Object.keys(client).length)
})

for (const [name, call] of Object.entries(calls)) {
  test(`${name} gives a value or one of its errors, whatever is answered`, async (t) => {
    const answer = fc.oneof(almostRight, anyAnswers)
    const property = fc.asyncProperty(answer, async (said) => {
      const clock = manualClock(start)
      const { fetch } = createSpeaker(said)
      const client = createAlaudaPromiseClient({ credentials, fetch, clock, random: () => 0 })
      const result = await inNoTime(clock, call(client)).catch((error: unknown) => error)
      assert.ok(!(result instanceof Error) || result instanceof AlaudaException, String(result))
    })
    await t.notThrowsAsync(fc.assert(property, { numRuns: 50, includeErrorInReport: true }))
  })
}

for (const [kind, answers, numRuns] of [
  ['any JSON', anyAnswers, 200],
  ['almost right JSON', almostRight, 400],
] as const) {
  test(`${kind}: no collection throws, shows what no answer gave, or holds more than it was given`, async (t) => {
    await t.notThrowsAsync(fc.assert(fc.asyncProperty(answers, watch), { numRuns, includeErrorInReport: true }))
  })
}
