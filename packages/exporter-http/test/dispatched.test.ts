import type { FetchInit } from '@alauda-exporter/alauda-client'
import test from 'ava'
import { Agent } from 'undici'
import { Cancellation } from '../../alauda-client/src/http/cancellation.js'
import { startApiServer } from '../../alauda-client/test/helpers/api-server.js'
import { until } from '../../alauda-client/test/helpers/until.js'
import { type Dispatched, dispatched } from '../src/dispatched.js'

const requestTo = (endpoint: string) => ({ origin: new URL(endpoint).origin, path: '/v1/any', method: 'GET' }) as const

async function* chunksOf(body: Dispatched['body']): AsyncGenerator<Uint8Array> {
  yield* body
}

const onAbortOf =
  (cancellation: Cancellation): FetchInit['onAbort'] =>
  (callback) =>
    cancellation.onAbort(callback)

const never = () => onAbortOf(new Cancellation())

test('a body that is read slowly waits in the connection, and comes whole', async (t) => {
  const chunk = 'x'.repeat(100_000)
  let written = 0
  const { endpoint } = await startApiServer(t, (_, response) => {
    const write = (): void => {
      while (written < 200) {
        written += 1
        if (!response.write(chunk)) return void response.once('drain', write)
      }
      response.end()
    }
    write()
    return undefined
  })
  const { status, body } = await dispatched(new Agent(), requestTo(endpoint), never())
  t.is(status, 200)
  const chunks = chunksOf(body)
  let bytes = (await chunks.next()).value?.length ?? 0
  let before = -1
  let turnsWithoutMore = 0
  await until(() => {
    turnsWithoutMore = written === before ? turnsWithoutMore + 1 : 0
    before = written
    return turnsWithoutMore > 20
  })
  t.true(written < 200, 'the server has to wait')
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) bytes += next.value.length
  t.is(bytes, 200 * chunk.length)
})

test('a small body is there with the head of its answer', async (t) => {
  const { endpoint } = await startApiServer(t, () => ({ headers: { 'content-length': '5' }, body: 'hello' }))
  const { body } = await dispatched(new Agent(), requestTo(endpoint), never())
  t.deepEqual(body, [Buffer.from('hello')])
})

test('a small body that is incomplete is an error, not an answer', async (t) => {
  const { endpoint } = await startApiServer(t, (_, response) => {
    response.writeHead(200, { 'content-length': 10 })
    response.write('half', () => response.destroy())
    return undefined
  })
  await t.throwsAsync(dispatched(new Agent(), requestTo(endpoint), never()), { code: 'UND_ERR_SOCKET' })
})

test('a reader that leaves ends the connection', async (t) => {
  const { endpoint, connections } = await startApiServer(t, (_, response) => {
    response.write('a')
    return undefined
  })
  const { body } = await dispatched(new Agent(), requestTo(endpoint), never())
  for await (const chunk of body) {
    t.is(String(chunk), 'a')
    break
  }
  await until(() => connections() === 0)
})

test('who gives up ends a request wherever it is', async (t) => {
  const given = { message: 'the answer is not wanted any more' }
  const { endpoint, requests } = await startApiServer(t, ({ path }, response) => {
    if (path === 'any') response.write('a')
    return undefined
  })
  const agent = new Agent({ connections: 1 })
  const givenUp = new Cancellation()
  givenUp.abort()
  await t.throwsAsync(dispatched(agent, requestTo(endpoint), onAbortOf(givenUp)), given)

  const [first, second] = [new Cancellation(), new Cancellation()]
  const { body } = await dispatched(agent, requestTo(endpoint), onAbortOf(first))
  const waitsForItsConnection = dispatched(agent, requestTo(endpoint), onAbortOf(second))
  second.abort()
  await t.throwsAsync(waitsForItsConnection, given)
  const chunks = chunksOf(body)
  await chunks.next()
  const next = chunks.next()
  first.abort()
  await t.throwsAsync(next, given)
  t.is(requests.length, 1)
})

test('an early hint is not the answer', async (t) => {
  const { endpoint } = await startApiServer(t, (_, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    return { status: 201, body: 'made' }
  })
  const { status } = await dispatched(new Agent(), requestTo(endpoint), never())
  t.is(status, 201)
})
