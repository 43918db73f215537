import test, { type ExecutionContext } from 'ava'
import { limited } from '../../src/http/limited.js'
import { plainText, type Respond } from '../../src/http/route.js'
import { startHttpServer } from '../../src/http/server.js'
import { asked } from '../helpers/asked.js'
import { event } from '../helpers/cloud.js'

const isScrape = (path: string) => path === '/metrics'
const refusal = (limit: number) => `Limit of concurrent requests reached (${limit}), try again later.\n`
const page = [200, 'a page\n']

/** A server on which so many scrapes are under way; they wait for `goOn`, as do all others. */
const start = async (t: ExecutionContext, maxRequests: number, scrapes: number) => {
  const [going, arrived] = [event(), event()]
  let count = 0
  const respond: Respond = async ({ path }) => {
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
  const { get, underWay, goOn } = await start(t, 2, 2)
  t.deepEqual(await get('/metrics'), [503, refusal(2)])
  t.deepEqual(await get('/metrics', 'HEAD'), [503, ''])
  goOn()
  t.deepEqual(await Promise.all(underWay), [page, page])
})

test('when one has been answered, there is room for the next', async (t) => {
  const { get, underWay, goOn } = await start(t, 1, 1)
  t.deepEqual(await get('/metrics'), [503, refusal(1)])
  goOn()
  t.deepEqual(await Promise.all(underWay), [page])
  for (let i = 0; i < 3; i += 1) t.deepEqual(await get('/metrics'), page)
})

test('paths that are not limited are answered always', async (t) => {
  const { get } = await start(t, 1, 1)
  t.deepEqual(await get('/metrics'), [503, refusal(1)])
  t.deepEqual(await get('/-/healthy'), [200, 'healthy\n'])
})

test('0 is no limit', async (t) => {
  const { underWay, goOn } = await start(t, 0, 60)
  goOn()
  t.deepEqual(new Set((await Promise.all(underWay)).flat()), new Set(page))
})

const scrape = { ...asked(), method: 'GET', path: '/metrics' }

test('a request that went wrong makes room as well', async (t) => {
  const respond = limited(1, isScrape)(() => Promise.reject(new Error('no luck')))
  for (let i = 0; i < 3; i += 1) await t.throwsAsync(respond(scrape), { message: 'no luck' })
})

test('a request counts until its answer has gone out', async (t) => {
  const respond = limited(1, isScrape)(async () => plainText(200, 'a page'))
  const { wait: sent, happen: send } = event()
  const statusOf = async (request: Parameters<Respond>[0]) => (await respond(request)).status
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
