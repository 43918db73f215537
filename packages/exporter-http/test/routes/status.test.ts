import test from 'ava'
import fc from 'fast-check'
import { asked, textOf } from '../helpers/asked.js'
import { routesOf } from '../helpers/status-routes.js'
import { collected, text } from '../status/any-snapshots.js'
import { pageOf } from '../status/page-parts.js'
import { reading, snapshot } from '../status/snapshots.js'

const queries = ['', 'sort=cpu&order=desc', 'name=a&lang=en', 'status=Running', 'open=demo%2Fweb-1&open=demo%2Fweb-0']

// The address of the script and of the style; the page of the tests has others.
const withoutAssets = (page: string): string => page.replace(/assets\/page\.(?:js|css)\?v=\w+[-\w]*/g, 'asset')

test('after any collections and at any time, JSON and page are those of a simple writer', async (t) => {
  const step = fc.oneof(
    collected.map((next) => ({ next, seconds: 0 })),
    fc.record({ next: fc.constant(undefined), seconds: fc.constantFrom(0.5, 10, 100, 3600) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), fc.array(text, { maxLength: 2 }), async (steps, others) => {
      const namespaces = [...steps.flatMap(({ next }) => next?.namespace ?? []), ...others]
      const { world, collect, statusFor, json, page } = routesOf(namespaces)
      for (const { next, seconds } of steps) {
        world.now += seconds
        if (next !== undefined) collect(next)
        for (const query of queries) {
          const status = statusFor(query, false)
          t.is(textOf((await json(asked({}, query))).body), `${JSON.stringify(status)}\n`)
          const { body } = await page(asked({}, query))
          const lang = new URLSearchParams(query).get('lang')
          const simple = pageOf(statusFor(query, true), query, lang === 'en' ? { lang } : {})
          t.is(withoutAssets(textOf(body)), withoutAssets(simple))
        }
      }
    }),
    { numRuns: 15 },
  )
})

test('open services are of now, between others that are kept', async (t) => {
  const { world, collect, statusFor, page } = routesOf(['demo'])
  collect(snapshot(Array.from({ length: 2000 }, (_, index) => reading({ name: `web-${index}` }))))
  const query = 'open=demo%2Fweb-1&open=demo%2Fweb-400'
  for (const now of [1010, 1011, 1100]) {
    world.now = now
    const { body } = await page(asked({}, query))
    t.is(withoutAssets(textOf(body)), withoutAssets(pageOf(statusFor(query, true), query)))
  }
})

test('two answers share what has not changed', async (t) => {
  const { world, collect, json } = routesOf(['demo'])
  collect(snapshot([reading({ name: 'web' })]))
  const partsOf = async () => {
    const { body } = await json(asked())
    return body instanceof Uint8Array ? [] : body
  }
  const first = await partsOf()
  world.now += 1
  const second = await partsOf()
  t.is(second.filter((part) => first.includes(part)).length, 1)
  collect(snapshot([reading({ name: 'web' })]))
  t.is((await partsOf()).filter((part) => first.includes(part)).length, 0)
})

test('a client that has it already gets no body: the JSON but for its time, and a page with the same ages', async (t) => {
  const { world, collect, json, page } = routesOf(['demo'])
  for (const [route, query, isAged] of [
    [json, '', false],
    [json, 'since=', false],
    [page, '', true],
    [page, 'open=demo%2Fweb', true],
  ] as const) {
    world.now = 1010
    collect(snapshot([reading({ name: 'web' })]))
    const { etag } = (await route(asked({}, query))).headers
    const statusNow = async () => (await route(asked({ 'if-none-match': etag }, query))).status
    t.is(await statusNow(), 304)
    t.is((await route(asked({ 'if-none-match': etag }, `${query}&name=w`))).status, 200)
    world.now = 1011
    t.is(await statusNow(), isAged ? 200 : 304)
    collect(snapshot([reading({ name: 'web' })]))
    t.is(await statusNow(), 200)
  }
})
