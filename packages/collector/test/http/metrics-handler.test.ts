import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import fc from 'fast-check'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { createCollector } from '../../src/collector.js'
import type { CollectorConfig } from '../../src/collector-config.js'
import { createMetricsHandler } from '../../src/http/metrics-handler.js'
import { metricsPageOf, scrapeDeadlineMs } from '../../src/http/metrics-page.js'
import { createMetricsPage, type Family, type MetricsSource, toOpenMetrics, toText } from '../../src/index.js'
import { webSource } from '../helpers/host.js'

/** A server on a port of its own, and its URL. */
const serve = async (t: ExecutionContext, listener: RequestListener): Promise<string> => {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const address = server.address()
  return typeof address === 'object' ? `http://127.0.0.1:${address?.port}/` : ''
}

const startedCollector = async (t: ExecutionContext, config: Partial<CollectorConfig> = {}) => {
  const collector = createCollector({ client: webSource, namespaces: ['demo'], maxAgeMs: 1e15, ...config })
  t.teardown(collector.stop)
  await collector.collect()
  return collector
}

test('answers a server of node:http with the collector’s page, in the format that is asked for', async (t) => {
  const collector = await startedCollector(t)
  const url = await serve(t, createMetricsHandler(collector))
  const formats = {
    text: ['text/plain', 'text/plain; version=0.0.4; charset=utf-8'],
    openmetrics: [
      'application/openmetrics-text;version=1.0.0',
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
  } as const
  for (const format of ['text', 'openmetrics', 'text'] as const) {
    const [accept, contentType] = formats[format]
    const response = await fetch(url, { headers: { accept } })
    t.is(response.status, 200)
    t.is(response.headers.get('content-type'), contentType)
    const page = collector.expose({ format })
    t.is(response.headers.get('content-length'), String(Buffer.byteLength(page)))
    t.is(await response.text(), page)
  }
})

test('HEAD has no body, and what is neither GET nor HEAD is refused', async (t) => {
  const url = await serve(t, createMetricsHandler(await startedCollector(t)))
  const head = await fetch(url, { method: 'HEAD' })
  t.is(head.status, 200)
  t.true(Number(head.headers.get('content-length')) > 0)
  t.is(await head.text(), '')
  const post = await fetch(url, { method: 'POST', body: 'x' })
  t.is(post.status, 405)
  t.is(post.headers.get('allow'), 'GET, HEAD')
})

const broken = {
  scrape: () => {
    throw new Error('the token is s3cret')
  },
}

test('a page that cannot be made goes to `next`, as Express and Connect want it', async (t) => {
  const handler = createMetricsHandler(broken)
  const url = await serve(t, (request, response) =>
    handler(request, response, (error) => {
      response.writeHead(503)
      response.end(error instanceof Error ? error.message : '')
    }),
  )
  const response = await fetch(url)
  t.is(response.status, 503)
  t.is(await response.text(), 'the token is s3cret')
})

test('where there is no `next`, it is a 500 without details, and Node prints the warning', async (t) => {
  const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
  const url = await serve(t, createMetricsHandler(broken))
  const response = await fetch(url)
  t.is(response.status, 500)
  t.is(await response.text(), 'The metrics could not be read.\n')
  t.is((await warned).message, 'the token is s3cret')
})

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
    const makePage = createMetricsPage({ scrape: () => families })
    t.is(text((await makePage(new Headers())).page), toText(families))
    t.is(text((await makePage(openMetrics)).page), toOpenMetrics(families))
  }
})

/** A source whose page takes many steps; `made` counts how often it was begun. */
const slowSource = () => {
  const state = { made: 0 }
  const slow = (name: string): Family => ({
    ...gauge(name, 1),
    // The page reads it in one of its steps.
    get samples() {
      if (name === 'jobs_0') state.made += 1
      const end = performance.now() + 11
      while (performance.now() < end);
      return [{ labels: {}, value: 1 }]
    },
  })
  const fresh = () => Array.from({ length: 5 }, (_, index) => slow(`jobs_${index}`))
  const families = fresh()
  const source: MetricsSource = { scrape: () => [...families] }
  return { state, source, fresh }
}

test('the event loop runs between its steps', async (t) => {
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

test('a collector makes its families in steps, and scrapes at the same time share the work', async (t) => {
  let made = 0
  const samples = () => {
    made += 1
    const end = performance.now() + 11
    while (performance.now() < end);
    return []
  }
  const customMetrics = ['a', 'b', 'c', 'd', 'e'].map(
    (name) => ({ name, help: 'Slow.', type: 'gauge', labels: [], samples }) as const,
  )
  const collector = await startedCollector(t, { customMetrics })
  let isDone = false
  const scrapes = Promise.all([collector.scrape(1_000), collector.scrape(1_000)]).finally(() => {
    isDone = true
  })
  let turns = 0
  for (; !isDone; turns += 1) await setImmediate()
  const [one, other] = await scrapes
  t.is(one, other)
  t.is(made, 5)
  t.true(turns > 3, `${turns} turns`)
})

test('scrapes at the same time share a page of one format and of the same families; a page that is done is not kept', async (t) => {
  const { source, state, fresh } = slowSource()
  let families = source.scrape
  const makePage = createMetricsPage({ scrape: (waitMs) => families(waitMs) })
  const pages = await Promise.all(Array.from({ length: 40 }, () => makePage(new Headers())))
  t.is(state.made, 1)
  t.is(new Set(pages.map(({ page }) => page)).size, 1)
  await makePage(new Headers())
  t.is(state.made, 2)
  await Promise.all([makePage(new Headers()), makePage(openMetrics)])
  t.is(state.made, 4)
  const before = makePage(new Headers())
  await setImmediate()
  families = fresh
  const after = makePage(new Headers())
  await Promise.all([before, after])
  t.is(state.made, 6)
})

test('a source that makes its families for each scrape has a page for each scrape', async (t) => {
  const { state, fresh } = slowSource()
  const makePage = createMetricsPage({ scrape: fresh })
  await Promise.all([makePage(new Headers()), makePage(new Headers())])
  t.is(state.made, 2)
})

test('a source that fails fails the scrapes that share it, and not the next one', async (t) => {
  let isBroken = true
  const broken: MetricsSource = {
    scrape: async () => {
      if (isBroken) throw new Error('no luck')
      return []
    },
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

/** A source that gives its families `ms` milliseconds after it is asked, by this clock. */
const after = (clock: ReturnType<typeof manualClock>, name: string, ms: number): MetricsSource => ({
  scrape: () => new Promise((resolve) => clock.setTimeout(() => resolve([gauge(name, 1)]), ms)),
})

const never = () => new Promise<never>(() => {})

test.serial('a source that never settles is the only one that a page lacks', async (t) => {
  const clock = manualClock()
  const makePage = metricsPageOf(clock, [{ scrape: never }, after(clock, 'slow', 9_400)])
  const warned = once(process, 'warning')
  let page: string | undefined
  makePage(new Headers()).then((made) => {
    page = text(made.page)
  })
  // A quiet event loop after each step: what is due has all its consequences.
  for (let waited = 0; page === undefined && waited < 60_000; waited += 50) {
    for (let turn = 0; turn < 5; turn += 1) await setImmediate()
    clock.advance(50)
  }
  t.is(page, toText([gauge('slow', 1)]))
  const [warning] = await warned
  t.regex(String(warning), /a source of metrics gave nothing within 9[57][05]0 ms/)
  t.is(clock.pending(), 0)
})

test('a source has as long as the scrape, even when another takes all of it to be ready', async (t) => {
  const clock = manualClock()
  const atScrape: MetricsSource = {
    scrape: (waitMs) => new Promise((resolve) => clock.setTimeout(() => resolve([gauge('cloud', 1)]), waitMs)),
  }
  const makePage = metricsPageOf(clock, [atScrape, after(clock, 'slow', 4_600)])
  const making = makePage(new Headers({ 'x-prometheus-scrape-timeout-seconds': '5' }))
  await setImmediate()
  clock.advance(4_600)
  t.is(text((await making).page), toText([gauge('cloud', 1), gauge('slow', 1)]))
})

test('a single source is waited for as long as it takes', async (t) => {
  const clock = manualClock()
  const making = metricsPageOf(clock, [after(clock, 'slow', 60_000)])(new Headers())
  await setImmediate()
  clock.advance(60_000)
  t.is(text((await making).page), toText([gauge('slow', 1)]))
})

const unshowable: Readonly<Record<string, (family: Family) => unknown>> = {
  'a name with a space': (family) => ({ ...family, name: 'a b' }),
  'an unknown type': (family) => ({ ...family, type: 'summary' }),
  'a type that every object has': (family) => ({ ...family, type: 'constructor' }),
  'no samples': ({ name, help, type }) => ({ name, help, type, labels: [] }),
  'an unknown suffix': (family) => ({ ...family, samples: [{ labels: {}, value: 1, suffix: '_max' }] }),
  'a Date as time': (family) => ({ ...family, samples: [{ labels: {}, value: 1, time: new Date(0) }] }),
  'a number as label': (family) => ({ ...family, samples: [{ labels: { id: 1 }, value: 1 }] }),
  'a string as value': (family) => ({ ...family, samples: [{ labels: {}, value: '1' }] }),
  nothing: () => undefined,
}

test('a family that no page can show is rejected; without labels of its own it is shown', async (t) => {
  const pageOf = (family: unknown) => {
    const source = { scrape: () => [family] }
    const makePage: ReturnType<typeof createMetricsPage> = Reflect.apply(createMetricsPage, undefined, [source])
    return makePage(new Headers())
  }
  for (const [what, broken] of Object.entries(unshowable)) {
    await t.throwsAsync(pageOf(broken(gauge('jobs', 1))), { instanceOf: TypeError }, what)
  }
  const { labels: _, ...unlisted } = gauge('jobs', 2)
  t.is(text((await pageOf(unlisted)).page), toText([gauge('jobs', 2)]))
})

const deadlineMs = (timeout: string) =>
  scrapeDeadlineMs(new Headers({ 'x-prometheus-scrape-timeout-seconds': timeout }))

test('a scrape may take as long as Prometheus waits, less half a second for the way back', (t) => {
  t.is(deadlineMs('10'), 9500)
  t.is(deadlineMs('10.000000'), 9500)
  t.is(deadlineMs('1.5'), 1000)
  t.is(deadlineMs('120'), 119_500)
})

test('of a very short time half is left', (t) => {
  t.is(deadlineMs('1'), 500)
  t.is(deadlineMs('0.8'), 400)
  t.is(deadlineMs('0.1'), 50)
})

test('who does not say how long it waits is taken for Prometheus with its usual settings', (t) => {
  t.is(scrapeDeadlineMs(new Headers()), 9500)
  for (const nonsense of ['', ' ', 'soon', '0', '-5', 'NaN', 'Infinity', '1e999', '10s']) {
    t.is(deadlineMs(nonsense), 9500, nonsense)
  }
})

test('an answer is never later than Prometheus waits', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 3600, noNaN: true }), (seconds) => {
      const deadline = deadlineMs(String(seconds))
      t.true(deadline > 0 && deadline < seconds * 1000)
    }),
  )
})

test('a deadline is one that Node’s timers can wait for', (t) => {
  t.true(deadlineMs('3000000') <= 2 ** 31 - 1)
})
