import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { networkInterfaces } from 'node:os'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { createLog } from '../../src/log.js'
import { type Handler, plainText } from '../../src/toolkit/handler.js'
import { type Methods, routed } from '../../src/toolkit/router.js'
import { type HttpLimits, startHttpServer } from '../../src/toolkit/server.js'
import { event } from '../helpers/cloud.js'

const loopback = { host: '127.0.0.1', port: 0 }

// After ten seconds closing ends what is still open.
const graceMs = 9_000

/** A route alone answers GET. */
const start = async (
  t: ExecutionContext,
  routes: Record<string, Handler | Methods>,
  addresses = [loopback],
  limits: Partial<HttpLimits> = {},
) => {
  const lines: string[] = []
  const log = createLog(
    () => ({ level: 'info', format: 'logfmt' }),
    (line) => lines.push(line),
    () => 0,
  )
  const byPath = Object.entries(routes).map(
    ([path, route]) => [path, typeof route === 'function' ? { GET: route } : route] as const,
  )
  const server = await startHttpServer(addresses, routed(new Map(byPath), log), { limits })
  t.teardown(server.close)
  return { ...server, lines, url: (path: string) => new URL(path, server.urls[0]).href }
}

const hello: Handler = async () => plainText(200, '灵雀云')

test('answers a path with its route’s status, type and body', async (t) => {
  const { url } = await start(t, { '/hello': hello, '/tea': async () => plainText(418, 'I am a teapot.') })
  const response = await fetch(url('/hello'))
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'text/plain; charset=utf-8')
  t.is(response.headers.get('content-length'), '10')
  t.is(await response.text(), '灵雀云\n')
  const tea = await fetch(url('/tea'))
  t.is(tea.status, 418)
  t.is(await tea.text(), 'I am a teapot.\n')
})

test('what follows a question mark does not choose the route', async (t) => {
  const { url } = await start(t, { '/hello': hello })
  for (const path of ['/hello?', '/hello?a=b', '/hello?/other', '/hello?a?b']) {
    t.is((await fetch(url(path))).status, 200, path)
  }
})

test('hands the request’s headers to the route', async (t) => {
  const { url } = await start(t, { '/': async ({ headers }) => plainText(200, String(headers['x-name'])) })
  t.is(await (await fetch(url('/'), { headers: { 'X-Name': 'demo' } })).text(), 'demo\n')
})

test('a path that nothing is at is 404, whatever the method', async (t) => {
  const { url } = await start(t, { '/hello': hello })
  for (const path of ['/', '/hello/', '/HELLO', '/hello/..;/x', '/toString']) {
    for (const method of ['GET', 'POST']) {
      const response = await fetch(url(path), { method })
      t.is(response.status, 404, path)
      t.is(response.headers.get('content-type'), 'text/plain; charset=utf-8')
      t.is(await response.text(), 'There is nothing here. See / for what there is.\n')
    }
  }
})

test('other methods than GET and HEAD are 405, with those that are allowed', async (t) => {
  const { url } = await start(t, { '/hello': hello })
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const response = await fetch(url('/hello'), { method })
    t.is(response.status, 405, method)
    t.is(response.headers.get('allow'), 'GET, HEAD')
    t.is(await response.text(), 'Answered here: GET, HEAD.\n')
  }
})

test('a path may answer POST, alone or as well', async (t) => {
  const taken: Handler = async () => plainText(200, 'taken')
  const { url } = await start(t, { '/post': { POST: taken }, '/both': { GET: hello, POST: taken } })
  for (const path of ['/post', '/both']) {
    const posted = await fetch(url(path), { method: 'POST', body: 'whatever' })
    t.deepEqual([posted.status, await posted.text()], [200, 'taken\n'])
  }
  t.is(await (await fetch(url('/both'))).text(), '灵雀云\n')
  for (const [path, method, allow] of [
    ['/post', 'GET', 'POST'],
    ['/post', 'PUT', 'POST'],
    ['/both', 'PUT', 'GET, HEAD, POST'],
  ] as const) {
    const refused = await fetch(url(path), { method })
    t.deepEqual([refused.status, refused.headers.get('allow')], [405, allow])
    t.is(await refused.text(), `Answered here: ${allow}.\n`)
  }
  const head = await fetch(url('/post'), { method: 'HEAD' })
  t.deepEqual([head.status, head.headers.get('allow'), await head.text()], [405, 'POST', ''])
})

test('HEAD is answered like GET, without the body', async (t) => {
  const { url } = await start(t, { '/hello': hello })
  const response = await fetch(url('/hello'), { method: 'HEAD' })
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'text/plain; charset=utf-8')
  t.is(response.headers.get('content-length'), '10')
  t.is(await response.text(), '')
})

test('a route that throws is 500; the log says why, the page does not', async (t) => {
  const { url, lines } = await start(t, {
    '/throws': () => {
      throw new Error('no luck')
    },
    '/rejects': () => Promise.reject('a string'),
    '/hello': hello,
  })
  for (const path of ['/throws', '/rejects?a=b']) {
    const response = await fetch(url(path))
    t.is(response.status, 500)
    t.is(await response.text(), 'This page could not be made; the log says why.\n')
  }
  t.deepEqual(lines, [
    'ts=1970-01-01T00:00:00.000Z level=error msg="a page could not be made" path=/throws error="no luck"',
    'ts=1970-01-01T00:00:00.000Z level=error msg="a page could not be made" path=/rejects error="unknown reason"',
  ])
  t.is((await fetch(url('/hello'))).status, 200)
})

test('serves the same on every address, and says where', async (t) => {
  const { urls } = await start(t, { '/hello': hello }, [loopback, loopback])
  t.is(urls.length, 2)
  t.not(urls[0], urls[1])
  for (const url of urls) {
    t.regex(url, /^http:\/\/127\.0\.0\.1:\d+\/$/)
    t.is(await (await fetch(`${url}hello`)).text(), '灵雀云\n')
  }
})

const hasIpv6 = Object.values(networkInterfaces()).some((all = []) => all.some(({ address }) => address === '::1'))

// Not every machine has IPv6.
const testWithIpv6 = hasIpv6 ? test : test.skip

testWithIpv6('serves on an address of IPv6', async (t) => {
  const { url, urls } = await start(t, { '/hello': hello }, [{ host: '::1', port: 0 }])
  t.regex(urls[0] ?? '', /^http:\/\/\[::1\]:\d+\/$/)
  t.is(await (await fetch(url('/hello'))).text(), '灵雀云\n')
})

/** Like `fetch`, with a say in what becomes of the connection. */
const ask = (url: string, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    request(url, { agent }, resolve).on('error', reject).end()
  })

const serversOpen = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length

test.serial('a port in use is refused, and then nothing is left open', async (t) => {
  const other = await start(t, {})
  const port = Number(new URL(other.url('/')).port)
  const openBefore = serversOpen()
  await t.throwsAsync(start(t, { '/hello': hello }, [loopback, { host: '127.0.0.1', port }]), {
    message: `listen EADDRINUSE: address already in use 127.0.0.1:${port}`,
  })
  // Node ends a server's handle in the last phase of a turn.
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  t.is(serversOpen(), openBefore)
})

test('closing finishes a request that is being served, and takes no more', async (t) => {
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let arrived = () => {}
  const isServing = new Promise<void>((resolve) => {
    arrived = resolve
  })
  const { url, close } = await start(t, {
    '/slow': async () => {
      arrived()
      await released
      return plainText(200, 'done')
    },
  })
  const answer = ask(url('/slow'), new Agent({ keepAlive: false }))
  await isServing
  const closed = close()
  await t.throwsAsync(fetch(url('/slow')), { instanceOf: TypeError, message: 'fetch failed' })
  release()
  const response = await answer
  t.is(response.statusCode, 200)
  t.is(await text(response), 'done\n')
  await closed
})

test('closing ends connections that are kept open for later', async (t) => {
  const { url, close } = await start(t, { '/hello': hello })
  const agent = new Agent({ keepAlive: true })
  await text(await ask(url('/hello'), agent))
  const [socket] = Object.values(agent.freeSockets).flatMap((sockets = []) => sockets)
  t.false(socket?.closed)
  await close()
  if (!socket?.closed) await once(socket ?? agent, 'close')
  t.true(socket?.closed)
})

test('closing does not wait for a connection that is kept open after the answer under way', async (t) => {
  const [arrived, released] = [event(), event()]
  const slow: Handler = async () => {
    arrived.happen()
    await released.wait
    return plainText(200, 'done')
  }
  const { urls, close } = await start(t, { '/slow': slow }, [loopback], { keepAliveTimeoutMs: 3_600_000 })
  const agent = new Agent({ keepAlive: true })
  const answer = once(request(`${urls[0]}slow`, { agent }).end(), 'response')
  await arrived.wait
  const closed = close()
  released.happen()
  const [response] = await answer
  t.is((await response.toArray()).join(''), 'done\n')
  t.is(await Promise.race([closed.then(() => 'closed'), delay(graceMs, 'waited')]), 'closed')
})
