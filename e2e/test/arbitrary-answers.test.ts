import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import { type AlaudaClient, AlaudaException, createAlaudaClient, type FetchLike } from '@alauda-exporter/alauda-client'
import { createCollector } from '@alauda-exporter/collector'
import test from 'ava'
import fc from 'fast-check'
import { type ManualClock, manualClock } from '../../packages/alauda-client/test/helpers/manual-clock.js'
import { routeOf } from '../../packages/alauda-simulator/src/routes.js'
import { type AnySaid, almostRight, anyAnswers } from '../helpers/any-answers.js'
import { checkGiven, checkResult, givenIn } from '../helpers/given-values.js'
import { isNightly } from '../helpers/test-size.js'

const start = Date.UTC(2026, 0, 1, 0, 10)
const credentials = { username: 'demo', password: 'demo' }
const collections = 3
// The lists' pages and second passes, each instance's calls and retries: far more than any bounded collection needs.
const mostCalls = 5_000

// Answers are larger than this now and then.
const maxAnswerBytes = 1_500
const chunkBytes = 100

/** Says to each call of a kind what is next in turn, and remembers what it has said, and how much of it was read. */
const createSpeaker = (said: AnySaid) => {
  const spoken: string[] = []
  const turns = new Map<string, number>()
  let mostRead = 0
  async function* bodyOf(text: string): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text)
    for (let start = 0; start < bytes.length; start += chunkBytes) {
      mostRead = Math.max(mostRead, start + chunkBytes)
      yield bytes.subarray(start, start + chunkBytes)
    }
  }
  const fetch: FetchLike = async (url, { method }) => {
    const { endpoint } = routeOf(method, new URL(url).pathname)
    const answers = said[endpoint]
    assert.ok(answers !== undefined, endpoint)
    const turn = turns.get(endpoint) ?? 0
    turns.set(endpoint, turn + 1)
    const body = answers[turn % answers.length] ?? ''
    spoken.push(body)
    assert.ok(spoken.length <= mostCalls, 'calls without an end')
    const headers = new Headers({ 'content-type': 'application/json' })
    return { status: 200, headers, body: bodyOf(body), text: () => Promise.reject(new Error('it has a body')) }
  }
  return { fetch, spoken, mostRead: () => mostRead }
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

const speakingClient = (said: AnySaid) => {
  const clock = manualClock(start)
  const speaker = createSpeaker(said)
  const { fetch } = speaker
  const endpoint = 'http://cloud.example/v1/'
  const client = createAlaudaClient({ endpoint, credentials, fetch, clock, random: () => 0, maxAnswerBytes })
  return { ...speaker, clock, client }
}

const watch = async (said: AnySaid): Promise<void> => {
  const { clock, spoken, client, mostRead } = speakingClient(said)
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
    assert.ok(mostRead() <= maxAnswerBytes + chunkBytes, `${mostRead()} bytes were read of an answer`)
    clock.advance(60_000)
  }
}

// The same values each time, so that each call is known to have met both kinds of answers; all values in the nightly job.
const size = (numRuns: number) => ({
  includeErrorInReport: true as const,
  ...(isNightly ? { numRuns: 20 * numRuns } : { numRuns, seed: 1 }),
})

const window = { start: start / 1000 - 300, end: start / 1000 }
const calls: Readonly<Record<string, (client: AlaudaClient) => Promise<unknown>>> = {
  login: (client) => client.login(),
  profile: (client) => client.profile(),
  listOrganizations: (client) => client.listOrganizations(),
  listServices: (client) => client.listServices('demo'),
  iterateServices: async (client) => {
    const services: unknown[] = []
    for await (const service of client.iterateServices('demo')) services.push(service)
    return services
  },
  getService: (client) => client.getService({ namespace: 'demo', service: 'a' }),
  listInstances: (client) => client.listInstances({ namespace: 'demo', service: 'a' }),
  getInstance: (client) => client.getInstance({ namespace: 'demo', service: 'a', instance: 'b' }),
  getInstanceMetrics: (client) =>
    client.getInstanceMetrics({ namespace: 'demo', service: 'a', instance: 'b' }, { ...window, period: '1m' }),
  getServiceLogs: (client) => client.getServiceLogs({ namespace: 'demo', service: 'a' }, window),
  getInstanceLogs: (client) => client.getInstanceLogs({ namespace: 'demo', service: 'a', instance: 'b' }, window),
}

test('there is a property for each call', (t) => {
  const { taskEithers, ...client } = createAlaudaClient({ credentials })
  t.deepEqual(
    Object.keys(calls).sort(),
    Object.keys(client)
      // These two send nothing.
      .filter((name) => !['statistics', 'clearRetryAfter', 'createWorkQueue'].includes(name))
      .sort(),
  )
  t.is(Object.keys(taskEithers).length, Object.keys(client).length)
})

for (const [name, call] of Object.entries(calls)) {
  test(`${name} gives one of its errors or what was answered, whatever is`, async (t) => {
    const answer = fc.oneof(almostRight, anyAnswers)
    const endpoint = name === 'iterateServices' ? 'listServices' : name
    const seen = { values: 0, errors: 0 }
    const property = fc.asyncProperty(answer, async (said) => {
      const { clock, client, spoken, mostRead } = speakingClient(said)
      const result = await inNoTime(clock, call(client)).catch((error: unknown) => error)
      assert.ok(!(result instanceof Error) || result instanceof AlaudaException, String(result))
      seen[result instanceof Error ? 'errors' : 'values'] += 1
      if (!(result instanceof Error)) checkResult(result, givenIn(spoken))
      assert.ok(mostRead() <= maxAnswerBytes + chunkBytes, `${mostRead()} bytes were read of an answer`)
      const asked = client.statistics().requests.map((requests): string => requests.endpoint)
      assert.deepEqual(
        asked.filter((other) => other !== 'login' && other !== endpoint),
        [],
      )
    })
    await t.notThrowsAsync(fc.assert(property, size(60)))
    t.true(seen.values > 0 && seen.errors > 0, JSON.stringify(seen))
  })
}

for (const [kind, answers, numRuns] of [
  ['any JSON', anyAnswers, 200],
  ['almost right JSON', almostRight, 400],
] as const) {
  test(`${kind}: no collection throws, shows what no answer gave, or holds more than it was given`, async (t) => {
    await t.notThrowsAsync(fc.assert(fc.asyncProperty(answers, watch), size(numRuns)))
  })
}
