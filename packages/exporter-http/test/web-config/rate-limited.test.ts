import test from 'ava'
import { plainText } from '../../src/http/route.js'
import type { RateLimit } from '../../src/web-config/http.js'
import { rateLimited } from '../../src/web-config/rate-limited.js'

const request = { method: 'GET', path: '/', query: new URLSearchParams(), headers: {} }

const start = (initially?: RateLimit) => {
  let now = 0
  let limit = initially
  const respond = rateLimited(() => limit, { now: () => now })(async () => plainText(200, 'page'))
  return {
    change: (next?: RateLimit) => {
      limit = next
    },
    pass: (ms: number) => {
      now += ms
    },
    statuses: async (count: number) => {
      const responses = await Promise.all(Array.from({ length: count }, () => respond(request)))
      return responses.map(({ status }) => status)
    },
  }
}

test('without a limit everything is answered', async (t) => {
  t.deepEqual(await start().statuses(3), [200, 200, 200])
})

test('a burst is answered, then one in each interval', async (t) => {
  const { statuses, pass } = start({ intervalMs: 100, burst: 3 })
  t.deepEqual(await statuses(5), [200, 200, 200, 429, 429])
  pass(99)
  t.deepEqual(await statuses(1), [429])
  pass(1)
  t.deepEqual(await statuses(2), [200, 429])
  pass(250)
  t.deepEqual(await statuses(3), [200, 200, 429])
  pass(100_000)
  t.deepEqual(await statuses(4), [200, 200, 200, 429])
})

test('a clock that is set back gives nothing and takes nothing', async (t) => {
  const { statuses, pass } = start({ intervalMs: 100, burst: 1 })
  t.deepEqual(await statuses(2), [200, 429])
  pass(-100_000)
  t.deepEqual(await statuses(1), [429])
  pass(100)
  t.deepEqual(await statuses(2), [200, 429])
})

test('another limit counts from the next request on', async (t) => {
  const { statuses, change } = start({ intervalMs: 100, burst: 1 })
  t.deepEqual(await statuses(2), [200, 429])
  change({ intervalMs: 100, burst: 3 })
  t.deepEqual(await statuses(3), [200, 200, 429])
  change(undefined)
  t.deepEqual(await statuses(2), [200, 200])
})
