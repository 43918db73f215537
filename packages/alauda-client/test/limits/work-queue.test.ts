import test, { type ExecutionContext } from 'ava'
import { createAlaudaClient } from '../../src/cloud/client.js'
import type { AlaudaClientConfig } from '../../src/cloud/client-config.js'
import { manualClock } from '../helpers/manual-clock.js'
import { until } from '../helpers/until.js'

/** A client whose calls are answered one by one, and the names of the services that it has asked for. */
const setUp = (config: Partial<AlaudaClientConfig> = {}) => {
  const clock = manualClock(Date.UTC(2026, 0, 1))
  const asked: string[] = []
  const answers: (() => void)[] = []
  const client = createAlaudaClient({
    credentials: { token: 'abc' },
    clock,
    callTimeoutMs: 0,
    maxConcurrency: 1,
    maxRetries: 0,
    fetch: (url) => {
      const name = /services\/ns\/([^/]+)/.exec(url)?.[1] ?? ''
      asked.push(name)
      return new Promise((resolve) => {
        answers.push(() =>
          resolve({ status: 200, headers: new Headers(), text: async () => `{"service_name":"${name}"}` }),
        )
      })
    },
    ...config,
  })
  const get = (service: string, signal?: AbortSignal) => client.getService({ namespace: 'ns', service }, { signal })
  /** Answers call after call, until so many have been made in all. */
  const answerUntil = async (calls: number) => {
    while (asked.length < calls) {
      const answered = asked.length
      for (const answer of answers.splice(0)) answer()
      await until(() => asked.length > answered)
    }
  }
  return { client, clock, asked, get, answerUntil }
}

const addAll = (t: ExecutionContext, { client, get }: ReturnType<typeof setUp>, names: ReadonlyArray<string>) => {
  const queue = client.createWorkQueue()
  for (const name of names) queue.add(() => void get(name).then(({ service_name }) => t.is(service_name, name)))
}

test('work makes its calls in its order, no more at a time than calls may be under way', async (t) => {
  const client = setUp({ maxConcurrency: 2 })
  addAll(t, client, ['a', 'b', 'c', 'd'])
  await until(() => client.asked.length === 2)
  t.like(client.client.statistics(), { requestsInFlight: 2, requestsWaiting: 2 })
  await client.answerUntil(4)
  t.deepEqual(client.asked, ['a', 'b', 'c', 'd'])
})

test('queues take turns with each other and with single calls, however long they are', async (t) => {
  const client = setUp()
  addAll(t, client, ['a1', 'a2', 'a3', 'a4', 'a5'])
  addAll(t, client, ['b1', 'b2'])
  for (const name of ['c1', 'c2']) void client.get(name)
  await client.answerUntil(9)
  t.deepEqual(client.asked, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'c2', 'a4', 'a5'])
})

test('work waits for its turn, and that is counted', async (t) => {
  const client = setUp()
  addAll(t, client, ['a', 'b', 'c'])
  client.clock.advance(1000)
  t.like(client.client.statistics(), { requestsWaiting: 2, waitSeconds: 0 })
  await client.answerUntil(2)
  t.like(client.client.statistics(), { requestsWaiting: 1, waitSeconds: 1 })
  client.clock.advance(500)
  await client.answerUntil(3)
  t.like(client.client.statistics(), { requestsWaiting: 0, waitSeconds: 2.5 })
})

test('work keeps to the pace', async (t) => {
  const client = setUp({ maxConcurrency: 32, maxRequestsPerSecond: 2 })
  addAll(t, client, ['a', 'b', 'c'])
  await until(() => client.asked.length === 1)
  for (const calls of [2, 3]) {
    client.clock.advance(500)
    await until(() => client.asked.length === calls)
  }
  t.is(client.clock.waits().filter((ms) => ms <= 500).length, 0)
})

test('when the signal fires, work that waits is run, and calls with that signal fail; other work continues', async (t) => {
  const client = setUp()
  const controller = new AbortController()
  const { signal } = controller
  const ended: string[] = []
  const queue = client.client.createWorkQueue(signal)
  const add = (name: string) =>
    queue.add(() => {
      client.get(name, signal).catch(({ message }: Error) => ended.push(`${name}: ${message}`))
    })
  for (const name of ['a', 'b', 'c']) add(name)
  addAll(t, client, ['d'])
  await until(() => client.asked.length === 1)
  controller.abort()
  add('late')
  await until(() => ended.length === 4)
  t.deepEqual(ended.map((line) => line.slice(0, line.indexOf(':'))).sort(), ['a', 'b', 'c', 'late'])
  t.true(ended.every((line) => line.endsWith('given up by the caller')))
  await until(() => client.asked.length === 2)
  t.deepEqual(client.asked, ['a', 'd'])
  t.is(client.client.statistics().requestsWaiting, 0)
})

test('work that makes no call, or throws, takes no turn from the others', async (t) => {
  const warnings: Error[] = []
  const onWarning = (warning: Error) => warnings.push(warning)
  process.on('warning', onWarning)
  t.teardown(() => process.off('warning', onWarning))
  const client = setUp()
  const queue = client.client.createWorkQueue()
  queue.add(() => {})
  queue.add(() => {
    throw new Error('the work is wrong')
  })
  addAll(t, client, ['a'])
  await until(() => client.asked.length === 1 && warnings.length > 0)
  t.deepEqual(
    warnings.map(({ message }) => message),
    ['the work is wrong'],
  )
})

test('a queue takes a signal and nothing else', (t) => {
  const { createWorkQueue } = setUp().client
  t.throws(() => Reflect.apply(createWorkQueue, undefined, ['soon']), { message: /signal: "soon" given/ })
})
