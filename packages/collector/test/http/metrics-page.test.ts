import { setImmediate } from 'node:timers/promises'
import test from 'ava'
import {
  createMetricsPage,
  type Family,
  type LazyFamily,
  type MetricsSource,
  toOpenMetrics,
  toText,
} from '../../src/index.js'

const gauge = (name: string, count: number): Family => ({
  name,
  help: 'Jobs.',
  type: 'gauge',
  labels: ['id'],
  samples: Array.from({ length: count }, (_, id) => ({ labels: { id: String(id) }, value: id })),
})

const text = (page: Uint8Array) => new TextDecoder().decode(page)
const openMetrics = new Headers({ accept: 'application/openmetrics-text' })

test('a page made in pieces is the page', async (t) => {
  for (const count of [0, 1, 999, 1000, 1001, 2500]) {
    const families = [
      gauge('a_jobs', count),
      gauge('b_jobs', 3),
      { ...gauge('c_total', count), type: 'counter' as const },
    ]
    const makePage = createMetricsPage({ ready: async () => {}, families: () => families })
    t.is(text((await makePage(new Headers())).page), toText(families))
    t.is(text((await makePage(openMetrics)).page), toOpenMetrics(families))
  }
})

/** A source whose page takes many steps; `made` counts how often it was begun. */
const slowSource = () => {
  const state = { made: 0, snapshot: {} }
  const slow: LazyFamily = () => {
    const end = performance.now() + 11
    while (performance.now() < end);
    return gauge('jobs', 1)
  }
  const lazyFamilies = () => {
    state.made += 1
    return Array.from({ length: 5 }, () => slow)
  }
  const source: MetricsSource = {
    ready: async () => {},
    families: () => [],
    lazyFamilies,
    snapshots: () => [state.snapshot],
  }
  return { state, source }
}

test('the event loop goes on between its steps', async (t) => {
  const { source } = slowSource()
  let isDone = false
  const making = createMetricsPage(source)(new Headers()).then(() => {
    isDone = true
  })
  let turns = 0
  while (!isDone) {
    await setImmediate()
    turns += 1
  }
  await making
  t.true(turns >= 4, `${turns} turns`)
})

test('scrapes at the same time share a page of one format and of the same snapshots; a page that is done is not kept', async (t) => {
  const { source, state } = slowSource()
  const makePage = createMetricsPage(source)
  const pages = await Promise.all(Array.from({ length: 40 }, () => makePage(new Headers())))
  t.is(state.made, 1)
  t.is(new Set(pages.map(({ page }) => page)).size, 1)
  await makePage(new Headers())
  t.is(state.made, 2)
  await Promise.all([makePage(new Headers()), makePage(openMetrics)])
  t.is(state.made, 4)
  const before = makePage(new Headers())
  await setImmediate()
  state.snapshot = {}
  const after = makePage(new Headers())
  await Promise.all([before, after])
  t.is(state.made, 6)
})

test('a source without snapshots has a page for each scrape', async (t) => {
  const { source, state } = slowSource()
  const makePage = createMetricsPage({ ...source, snapshots: undefined })
  await Promise.all([makePage(new Headers()), makePage(new Headers())])
  t.is(state.made, 2)
})

test('a source that fails fails the scrapes that share it, and not the next one', async (t) => {
  let isBroken = true
  const broken: MetricsSource = {
    ready: async () => {},
    families: async () => {
      if (isBroken) throw new Error('no luck')
      return []
    },
    snapshots: () => [],
  }
  const makePage = createMetricsPage(broken)
  const results = await Promise.allSettled([makePage(new Headers()), makePage(new Headers())])
  t.deepEqual(
    results.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  isBroken = false
  await t.notThrowsAsync(makePage(new Headers()))
})
