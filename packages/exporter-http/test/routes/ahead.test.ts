import type { Family } from '@alauda-exporter/collector'
import test from 'ava'
import { createPagesAhead } from '../../src/routes/ahead.js'
import { type Middleware, plainText } from '../../src/toolkit/handler.js'
import { asked, textOf } from '../helpers/asked.js'

const families: ReadonlyArray<Family> = [
  { name: 'up', help: 'Up.', type: 'gauge', labels: [], samples: [{ labels: {}, value: 1 }] },
]

/** What is made ahead, in the order in which it is made: encoding, type and page. */
const madeAhead = () => {
  const pages: string[][] = []
  const compressed: Middleware = (next) => async (request) => {
    const response = await next(request)
    const { 'accept-encoding': encoding = '' } = request.headers
    pages.push([String(encoding), response.headers['content-type'] ?? '', textOf(response.body)])
    return response
  }
  const { noted, prepare } = createPagesAhead(compressed)
  return { pages, prepare, page: noted(async () => plainText(200, 'a page')) }
}

const text = 'text/plain; version=0.0.4; charset=utf-8'
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8'
const page = '# HELP up Up.\n# TYPE up gauge\nup 1\n'

test('a page is made ahead once in each form that was asked for since the last time', async (t) => {
  const { pages, prepare, page: answer } = madeAhead()
  for (const headers of [
    { 'accept-encoding': 'gzip' },
    { 'accept-encoding': 'gzip', accept: 'application/openmetrics-text;version=1.0.0' },
    { 'accept-encoding': 'gzip', 'x-prometheus-scrape-timeout-seconds': '3' },
    {},
  ])
    t.is(textOf((await answer(asked(headers))).body), 'a page\n')
  await prepare(async () => families)
  t.deepEqual(pages, [
    ['gzip', text, page],
    ['gzip', openMetrics, '# TYPE up gauge\n# HELP up Up.\nup 1\n# EOF\n'],
    ['', text, page],
  ])
  await answer(asked({}))
  await prepare(async () => families)
  t.deepEqual(pages.slice(3), [['', text, page]])
})

test('nothing is made for a page that no client asks for', async (t) => {
  const { pages, prepare, page: answer } = madeAhead()
  await prepare(async () => t.fail())
  await answer(asked({}))
  await prepare(async () => families)
  await prepare(async () => t.fail())
  t.is(pages.length, 1)
})

test('of any number of forms four are made ahead', async (t) => {
  const { pages, prepare, page: answer } = madeAhead()
  for (let q = 0; q < 9; q += 1) await answer(asked({ accept: `text/plain;q=0.${q}` }))
  await prepare(async () => families)
  t.is(pages.length, 4)
})

test('one after the other', async (t) => {
  const { pages, prepare, page: answer } = madeAhead()
  await answer(asked({}))
  let giveFirst = (_: ReadonlyArray<Family>) => {}
  const first = prepare(
    () =>
      new Promise((resolve) => {
        giveFirst = resolve
      }),
  )
  await answer(asked({ 'accept-encoding': 'gzip' }))
  const second = prepare(async () => {
    t.is(pages.length, 1)
    return families
  })
  giveFirst(families)
  await Promise.all([first, second])
  t.deepEqual(
    pages.map(([encoding]) => encoding),
    ['', 'gzip'],
  )
})
