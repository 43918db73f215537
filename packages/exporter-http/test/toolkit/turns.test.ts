import type { ExecutionContext } from 'ava'
import test from 'ava'
import fc from 'fast-check'
import { createFairQueue } from '../../src/toolkit/fair-queue.js'
import { type Handler, plainText } from '../../src/toolkit/handler.js'
import { limited } from '../../src/toolkit/requests.js'
import { startHttpServer } from '../../src/toolkit/server.js'
import { asked } from '../helpers/asked.js'
import { event } from '../helpers/cloud.js'

/** A queue whose tasks end when they are asked to; `order` is that in which they began. */
const start = (maxWaiting: number) => {
  const run = createFairQueue(maxWaiting)
  const order: string[] = []
  const dropped: string[] = []
  let finish = () => {}
  const add = (group: string, name: string) =>
    void run(group, () => {
      order.push(name)
      return new Promise<string>((resolve) => {
        finish = () => resolve(name)
      })
    }).then((result) => {
      if (result === undefined) dropped.push(name)
    })
  const settle = () => new Promise(setImmediate)
  const finishAll = async () => {
    for (let before = -1; before !== order.length; ) {
      before = order.length
      await settle()
      finish()
      await settle()
    }
  }
  return { add, order, dropped, settle, finishAll }
}

test('one of each group in turn, however many another group has brought', async (t) => {
  const { add, order, finishAll } = start(10)
  for (const name of ['a1', 'a2', 'a3', 'a4']) add('a', name)
  add('b', 'b1')
  add('c', 'c1')
  add('b', 'b2')
  await finishAll()
  t.deepEqual(order, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
})

test('when it is full, the group that has most loses its newest, and no other', async (t) => {
  const { add, order, dropped, settle, finishAll } = start(3)
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) add('a', name)
  await settle()
  t.deepEqual(dropped, ['a5'])
  add('b', 'b1')
  await settle()
  t.deepEqual(dropped, ['a5', 'a4'])
  await finishAll()
  t.deepEqual(order, ['a1', 'a2', 'b1', 'a3'])
})

test('every task ends, run or dropped, and no more wait than there is room for', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      async (groups, maxWaiting) => {
        const { add, order, dropped, finishAll } = start(maxWaiting)
        for (const [index, group] of groups.entries()) add(group, `${group}${index}`)
        await finishAll()
        t.deepEqual([...order, ...dropped].sort(), groups.map((group, index) => `${group}${index}`).sort())
        t.is(order.length, Math.min(groups.length, maxWaiting + 1))
      },
    ),
  )
})

test('a task that fails does not stop the others', async (t) => {
  const run = createFairQueue(3)
  const failing = run('a', () => Promise.reject(new Error('no luck')))
  const other = run('a', async () => 7)
  await t.throwsAsync(failing, { message: 'no luck' })
  t.is(await other, 7)
})

const isScrape = (path: string) => path === '/metrics'
const refusal = (limit: number) => `Limit of concurrent requests reached (${limit}), try again later.\n`
const page = [200, 'a page\n']

/** A server on which so many scrapes are under way; they wait for `goOn`, as do all others. */
const startLimited = async (t: ExecutionContext, maxRequests: number, scrapes: number) => {
  const [going, arrived] = [event(), event()]
  let count = 0
  const respond: Handler = async ({ path }) => {
    if (!isScrape(path)) return plainText(200, 'healthy')
    count += 1
    if (count === scrapes) arrived.happen()
    await going.wait
    return plainText(200, 'a page')
  }
  const server = await startHttpServer([{ host: '127.0.0.1', port: 0 }], limited(maxRequests, isScrape)(respond))
  t.teardown(server.close)
  t.teardown(going.happen)
  const get = async (path: string, method = 'GET') => {
    const response = await fetch(new URL(path, server.urls[0]), { method })
    return [response.status, await response.text()]
  }
  const underWay = Array.from({ length: scrapes }, () => get('/metrics'))
  await arrived.wait
  return { get, underWay, goOn: going.happen }
}

test('one scrape too many is refused, and those under way are answered', async (t) => {
  const { get, underWay, goOn } = await startLimited(t, 2, 2)
  t.deepEqual(await get('/metrics'), [503, refusal(2)])
  t.deepEqual(await get('/metrics', 'HEAD'), [503, ''])
  goOn()
  t.deepEqual(await Promise.all(underWay), [page, page])
})

test('when one has been answered, there is room for the next', async (t) => {
  const { get, underWay, goOn } = await startLimited(t, 1, 1)
  t.deepEqual(await get('/metrics'), [503, refusal(1)])
  goOn()
  t.deepEqual(await Promise.all(underWay), [page])
  for (let i = 0; i < 3; i += 1) t.deepEqual(await get('/metrics'), page)
})

test('paths that are not limited are answered always', async (t) => {
  const { get } = await startLimited(t, 1, 1)
  t.deepEqual(await get('/metrics'), [503, refusal(1)])
  t.deepEqual(await get('/-/healthy'), [200, 'healthy\n'])
})

test('0 is no limit', async (t) => {
  const { underWay, goOn } = await startLimited(t, 0, 60)
  goOn()
  t.deepEqual(new Set((await Promise.all(underWay)).flat()), new Set(page))
})

const scrape = { ...asked(), path: '/metrics' }

test('a request that went wrong makes room as well', async (t) => {
  const respond = limited(1, isScrape)(() => Promise.reject(new Error('no luck')))
  for (let i = 0; i < 3; i += 1) await t.throwsAsync(respond(scrape), { message: 'no luck' })
})

test('a request counts until its answer has gone out', async (t) => {
  const respond = limited(1, isScrape)(async () => plainText(200, 'a page'))
  const { wait: sent, happen: send } = event()
  const statusOf = async (request: Parameters<Handler>[0]) => (await respond(request)).status
  t.is(await statusOf({ ...scrape, sent }), 200)
  t.is(await statusOf(scrape), 503)
  send()
  await sent
  t.is(await statusOf(scrape), 200)
})

test('a reader that has gone leaves no room before its page is made', async (t) => {
  const { wait: made, happen: make } = event()
  const respond = limited(
    1,
    isScrape,
  )(async () => {
    await made
    return plainText(200, 'a page')
  })
  const gone = respond({ ...scrape, sent: Promise.resolve() })
  t.is((await respond(scrape)).status, 503)
  make()
  await gone
  t.is((await respond(scrape)).status, 200)
})
