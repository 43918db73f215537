import test, { type ExecutionContext } from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { createAlaudaClient } from '../../src/cloud/client.js'
import { type ApiServer, demo, type Reply, startApiServer, withLogin } from '../helpers/api-server.js'
import { manualClock } from '../helpers/manual-clock.js'

const service = (n: number) => ({ service_name: `s${n}`, uuid: `u${n}` })
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => service(from + index))
const names = (services: ReadonlyArray<{ service_name: string }>) => services.map(({ service_name }) => service_name)
const pageOf = (path: string) => Number(new URLSearchParams(path.split('?')[1]).get('page'))
const client = ({ endpoint }: ApiServer) => createAlaudaClient({ endpoint, credentials: demo })

const paged = (page: (number: number) => Reply) => withLogin(({ path }) => page(pageOf(path)))

test('reads every page, the later ones at the same time', async (t) => {
  const started: number[] = []
  let releaseTogether = () => {}
  const bothStarted = new Promise<void>((resolve) => {
    releaseTogether = resolve
  })
  const server = await startApiServer(
    t,
    withLogin(async ({ path }) => {
      const number = pageOf(path)
      started.push(number)
      if (started.includes(2) && started.includes(3)) releaseTogether()
      if (number > 1) await bothStarted
      const results = range(number * 20 - 19, Math.min(45, number * 20))
      return { body: { count: 45, next: number < 3 ? 'http://elsewhere.test/?page_size=100&page=9' : null, results } }
    }),
  )
  t.deepEqual(names(await client(server).listServices('demo')), names(range(1, 45)))
  t.deepEqual(
    server.requests
      .slice(1)
      .map(({ path }) => path)
      .toSorted(),
    [
      'services/demo/?page_size=100&page=1',
      'services/demo/?page_size=100&page=2',
      'services/demo/?page_size=100&page=3',
    ],
  )
})

/** The services from 1 to `last`, on pages of a length that depends on what is asked for. */
const listOf = (last: number, sizeOf: (pageSize: string | null) => number | Reply) =>
  withLogin(({ path }) => {
    const query = new URLSearchParams(path.split('?')[1])
    const size = sizeOf(query.get('page_size'))
    if (typeof size !== 'number') return size
    const end = Number(query.get('page')) * size
    const results = range(end - size + 1, Math.min(last, end))
    return { body: { count: last, next: end < last ? 'http://elsewhere.test/' : null, results } }
  })

const pagesAsked = ({ requests }: ApiServer) =>
  requests.flatMap(({ path }) => (path.startsWith('services/') ? [path.replace(/.*\?/, '')] : [])).toSorted()

test('pages are as long as they come, whatever length was asked for', async (t) => {
  for (const [size, pages] of [
    [100, 3],
    [50, 5],
    [20, 13],
  ] as const) {
    const server = await startApiServer(
      t,
      listOf(250, () => size),
    )
    t.deepEqual(names(await client(server).listServices('demo')), names(range(1, 250)))
    const expected = Array.from({ length: pages }, (_, index) => `page_size=100&page=${index + 1}`).toSorted()
    t.deepEqual(pagesAsked(server), expected)
  }
})

test('an API that refuses the length of pages, or whose large pages are too large, is asked without it for an hour', async (t) => {
  const large = { body: { count: 30, results: [{ service_name: 'x'.repeat(2000) }] } }
  for (const refusal of [{ status: 400, body: { detail: 'page_size: unknown' } }, { status: 422 }, large]) {
    const clock = manualClock()
    const server = await startApiServer(
      t,
      listOf(30, (pageSize) => (pageSize === null ? 20 : refusal)),
    )
    const api = createAlaudaClient({ endpoint: server.endpoint, credentials: demo, clock, maxAnswerBytes: 1500 })
    const list = async () => names(await api.listServices('demo'))
    t.deepEqual(await list(), names(range(1, 30)))
    t.deepEqual(pagesAsked(server), ['page=1', 'page=2', 'page_size=100&page=1'])
    clock.advance(3_599_999)
    t.deepEqual(await list(), names(range(1, 30)))
    t.deepEqual(pagesAsked(server), ['page=1', 'page=1', 'page=2', 'page=2', 'page_size=100&page=1'])
    clock.advance(1)
    t.deepEqual(await list(), names(range(1, 30)))
    t.is(pagesAsked(server).filter((query) => query.includes('page_size')).length, 2)
  }
})

test('a list whose large pages fail is a failure, and the next one is read without them', async (t) => {
  const server = await startApiServer(
    t,
    listOf(30, (pageSize) => (pageSize === null ? 20 : { status: 502 })),
  )
  const api = createAlaudaClient({ endpoint: server.endpoint, credentials: demo, maxRetries: 0 })
  await t.throwsAsync(api.listServices('demo'), { message: /page_size=100&page=1: HTTP status 502/ })
  t.is((await api.listServices('demo')).length, 30)
})

test('the order is that of the pages and their rows, though a later page is answered first', async (t) => {
  const event = () => {
    let happen = () => {}
    const wait = new Promise<void>((resolve) => {
      happen = resolve
    })
    return { wait, happen }
  }
  const page3Known = event()
  const server = await startApiServer(
    t,
    withLogin(async ({ path }) => {
      const number = pageOf(path)
      if (number === 2) await page3Known.wait
      // s5 moves from the second page to the third one while they are read.
      const pages = [range(1, 3), [service(4), service(5)], [service(6), service(5), service(7)]]
      return { body: { count: 7, next: null, results: pages[number - 1] } }
    }),
  )
  const batches: string[][] = []
  const services = await client(server).listServices('demo', {
    onPage: (page) => {
      batches.push(names(page))
      if (batches.length === 2) page3Known.happen()
    },
  })
  t.deepEqual(batches, [['s1', 's2', 's3'], ['s6', 's5', 's7'], ['s4']])
  t.deepEqual(names(services), names(range(1, 7)))
})

test('iterates in the order of the pages, though a later page is answered first', async (t) => {
  let answered = 0
  const server = await startApiServer(
    t,
    withLogin(async ({ path }, response) => {
      const number = pageOf(path)
      const isLast = number === 3
      if (isLast) response.once('finish', () => (answered += 1))
      while (number === 2 && answered === 0) await new Promise((resolve) => setImmediate(resolve))
      return { body: { count: 6, next: null, results: range(2 * number - 1, 2 * number) } }
    }),
  )
  const seen: string[] = []
  for await (const { service_name } of client(server).iterateServices('demo')) seen.push(service_name)
  t.deepEqual(seen, names(range(1, 6)))
})

test('follows `next` where the list does not say how long it is', async (t) => {
  const server = await startApiServer(
    t,
    paged((number) => ({ body: { next: number < 3 ? '/more' : null, results: [service(number)] } })),
  )
  t.deepEqual(names(await client(server).listServices('demo')), ['s1', 's2', 's3'])
})

test('goes by the count where there is no `next`', async (t) => {
  const server = await startApiServer(
    t,
    paged((number) => ({ body: { count: 3, results: [service(number)] } })),
  )
  t.deepEqual(names(await client(server).listServices('demo')), ['s1', 's2', 's3'])
})

test('an object that moves between pages while they are read comes once', async (t) => {
  let reads = 0
  // s0 was created after page 1 was read: s2 has moved to page 2.
  const server = await startApiServer(
    t,
    paged((number) => {
      reads += 1
      const page1 = reads === 1 ? range(1, 2) : range(0, 1)
      return { body: { count: 4, next: number === 1 ? '/2' : null, results: number === 1 ? page1 : range(2, 3) } }
    }),
  )
  const batches: string[][] = []
  const services = await client(server).listServices('demo', { onPage: (page) => batches.push(names(page)) })
  t.deepEqual(batches, [['s1', 's2'], ['s3'], ['s0']])
  t.deepEqual(names(services), ['s0', 's1', 's2', 's3'])
})

test('an object that was skipped because another was deleted is found by reading again, and the deleted one is not there', async (t) => {
  let reads = 0
  const before = [range(1, 2), range(4, 4)] // s1 was deleted meanwhile: s3 moved to page 1 after that was read
  const after = [range(2, 3), range(4, 4)]
  const server = await startApiServer(
    t,
    paged((number) => {
      reads += 1
      const pages = reads <= 2 ? before : after
      return { body: { count: reads === 1 ? 4 : 3, next: number === 1 ? '/2' : null, results: pages[number - 1] } }
    }),
  )
  t.deepEqual(names(await client(server).listServices('demo')), ['s2', 's3', 's4'])
})

test('a page that is no longer there, because the list has become shorter, is the end', async (t) => {
  let reads = 0
  const server = await startApiServer(
    t,
    paged((number) => {
      reads += 1
      if (number > 1) return { status: 404, body: { detail: 'Invalid page' } }
      return { body: { count: reads === 1 ? 4 : 2, next: reads === 1 ? '/2' : null, results: range(1, 2) } }
    }),
  )
  t.deepEqual(names(await client(server).listServices('demo')), ['s1', 's2'])
})

test('a page that stays away, though it is counted, fails the list', async (t) => {
  for (const missing of [{ status: 404 }, { body: { count: 6, results: [] } }]) {
    const server = await startApiServer(
      t,
      paged((number) =>
        number === 2 ? missing : { body: { count: 6, next: '/n', results: range(number * 2 - 1, number * 2) } },
      ),
    )
    await t.throwsAsync(client(server).listServices('demo'), {
      message: /services\/demo\/: .* results should be 6 services on all pages, as counted; [24] came$/,
    })
  }
})

test('a count that is absurd, or a `next` without an end, does not cost thousands of calls', async (t) => {
  const absurd = await startApiServer(
    t,
    paged((number) => ({ body: { count: 1e9, next: '/n', results: number === 1 ? range(1, 1) : [] } })),
  )
  await t.throwsAsync(client(absurd).listServices('demo'), { message: /1000000000 services on all pages/ })
  t.true(absurd.requests.length < 100)
  const endless = await startApiServer(
    t,
    paged(() => ({ body: { next: '/n', results: range(1, 2) } })),
  )
  await t.throwsAsync(client(endless).listServices('demo'), {
    message:
      /results should be services up to the last page; the pages repeat themselves, and have a next one after 2 services$/,
  })
  t.is(endless.requests.length, 5)
})

const requestsFor = async (t: ExecutionContext, page: (number: number) => unknown) => {
  const server = await startApiServer(
    t,
    paged((number) => ({ body: page(number) })),
  )
  const failure = await client(server)
    .listServices('demo')
    .then(
      () => undefined,
      (error: Error) => error.message,
    )
  return { failure, requests: server.requests.length - 1 }
}

test('a list that repeats itself costs few calls, and is not taken for the whole', async (t) => {
  const same = { results: range(1, 20), next: '/more' }
  for (const count of [1e9, 45, '1000']) {
    const { failure, requests } = await requestsFor(t, () => ({ ...same, count }))
    t.regex(failure ?? '', new RegExp(`${Number(count)} services on all pages, as counted; 20 came$`))
    t.is(requests, 6)
  }
  const nameless = await requestsFor(t, () => ({ count: 1e9, results: [{ service_name: null, uuid: 'u' }] }))
  t.regex(nameless.failure ?? '', /1000000000 services on all pages, as counted; 1 came$/)
  t.is(nameless.requests, 6)
})

test('two services with one uuid are two', async (t) => {
  const results = ['web', 'blog'].map((service_name) => ({ service_name, uuid: 'u' }))
  const server = await startApiServer(
    t,
    paged(() => ({ body: { count: 2, results } })),
  )
  t.deepEqual(names(await client(server).listServices('demo')), ['web', 'blog'])
})

const noCounts = [-1, 2.5, 'abc', '', ' ', '1e999', true, false, {}, [], [3], '0x3']

test('a count that cannot be one is as good as none, and named: `next` says where the list ends', async (t) => {
  for (const count of noCounts) {
    const server = await startApiServer(
      t,
      paged((number) => ({ body: { count, next: number < 3 ? '/more' : null, results: [service(number)] } })),
    )
    const unreadable: string[] = []
    const onUnreadable = (places: ReadonlyArray<string>) => unreadable.push(...places)
    t.deepEqual(names(await client(server).listServices('demo', { onUnreadable })), ['s1', 's2', 's3'])
    t.deepEqual(unreadable, count === '' ? [] : ['count'], JSON.stringify(count))
  }
})

test('without a count, a list whose end is not seen is not the list', async (t) => {
  for (const count of [...noCounts, null, undefined]) {
    const { failure, requests } = await requestsFor(t, () => ({ count, next: '/more', results: range(1, 2) }))
    t.regex(failure ?? '', /should be services up to the last page/, JSON.stringify(count))
    t.is(requests, 4)
  }
})

test('an empty page, and one that is not there, are the end of a list without a count', async (t) => {
  for (const end of [{ body: { next: '/more', results: [] } }, { status: 404, body: { detail: 'Invalid page' } }]) {
    const server = await startApiServer(
      t,
      paged((number) => (number === 3 ? end : { body: { next: '/more', results: [service(number)] } })),
    )
    t.deepEqual(names(await client(server).listServices('demo')), ['s1', 's2'])
  }
})

test('any whole number is a count, however absurd: fewer rows are not the list', async (t) => {
  for (const count of [3, '3', 1e3, '1e15', 2 ** 53, 2 ** 64, 1e300, 1e308]) {
    const { failure, requests } = await requestsFor(t, (number) => ({
      count,
      next: null,
      results: number === 1 ? range(1, 2) : [],
    }))
    const message = `results should be ${Number(count)} services on all pages, as counted; 2 came`
    t.is(failure?.split('The answer of the API has another shape: ').at(-1)?.slice(-message.length), message)
    t.true(requests < 10)
  }
})

const rowsThatAreNone = [null, 5, true, 'web', [], {}, { service_name: 5 }, { service_name: null }, { uuid: 'u' }]

test('a list of which no row can be read is a failure, and each row is named', async (t) => {
  for (const row of rowsThatAreNone) {
    for (const [rows, count] of [
      [1, 1],
      [1, undefined],
      [3, 3],
      [3, 1],
      [2_000, 1],
    ] as const) {
      const server = await startApiServer(
        t,
        paged(() => ({ body: { count, next: null, results: Array.from({ length: rows }, () => row) } })),
      )
      const unreadable: string[] = []
      const onUnreadable = (places: ReadonlyArray<string>) => unreadable.push(...places)
      const error = await t.throwsAsync(client(server).listServices('demo', { onUnreadable }))
      t.regex(
        error?.message ?? '',
        new RegExp(`should be services that can be read; none of the ${rows} that came can$`),
      )
      t.is(unreadable.length, rows)
    }
  }
})

test('rows that cannot be read and look the same are several', async (t) => {
  const server = await startApiServer(
    t,
    paged((number) => ({
      body: { count: 6, results: [service(number), { service_name: 5 }, { service_name: 5 }] },
    })),
  )
  const unreadable: string[] = []
  const onUnreadable = (places: ReadonlyArray<string>) => unreadable.push(...places)
  t.deepEqual(names(await client(server).listServices('demo', { onUnreadable })), ['s1', 's2'])
  t.deepEqual(unreadable, ['results.1', 'results.2', 'results.1', 'results.2'])
})

test('a `next` that is not a string may still mean another page', async (t) => {
  const server = await startApiServer(
    t,
    paged((number) => ({ body: { next: { page: number + 1 }, results: number < 3 ? [service(number)] : [] } })),
  )
  t.deepEqual(names(await client(server).listServices('demo')), ['s1', 's2'])
})

test('a service without a name is left out, named, and not missing; its siblings are listed', async (t) => {
  const nameless = [{ service_name: null, uuid: 'x' }, { uuid: 'y' }, { service_name: '..' }, 7]
  const server = await startApiServer(
    t,
    paged((number) => ({ body: { count: 6, results: number === 1 ? [service(1), ...nameless] : [service(2)] } })),
  )
  const unreadable: string[] = []
  const onUnreadable = (places: ReadonlyArray<string>) => unreadable.push(...places)
  t.deepEqual(names(await client(server).listServices('demo', { onUnreadable })), ['s1', 's2'])
  t.deepEqual(unreadable, ['results.1', 'results.2', 'results.3', 'results.4'])
})

test('a list of more services or pages than allowed is a LimitError', async (t) => {
  const endless = await startApiServer(
    t,
    paged((number) => ({ body: { next: '/more', results: range(number * 2 - 1, number * 2) } })),
  )
  const limited = (limits: { maxPages?: number; maxServices?: number }) =>
    createAlaudaClient({ endpoint: endless.endpoint, credentials: demo, ...limits }).taskEithers.listServices('demo')()
  for (const [limits, bound, limit] of [
    [{ maxPages: 3 }, 'pages', 3],
    [{ maxServices: 5 }, 'services', 5],
  ] as const) {
    const result = await limited(limits)
    const { _tag, ...rest } = E.isLeft(result) && result.left._tag === 'LimitError' ? result.left : { _tag: undefined }
    t.is(_tag, 'LimitError')
    t.like(rest, { bound, limit })
  }
  t.is(endless.requests.filter(({ path }) => path.endsWith('page=4')).length, 0)
})

test('a page of more rows than services are allowed is a LimitError, whatever its rows are, and costs one call', async (t) => {
  const rows = Array.from({ length: 6 }, () => ({}))
  const server = await startApiServer(
    t,
    paged(() => ({ body: { count: 6, next: '/more', results: rows } })),
  )
  const config = { endpoint: server.endpoint, credentials: demo, maxServices: 5 }
  const result = await createAlaudaClient(config).taskEithers.listServices('demo')()
  t.like(E.isLeft(result) ? result.left : {}, { _tag: 'LimitError', bound: 'services', limit: 5 })
  t.is(server.requests.filter(({ path }) => path.includes('page=')).length, 1)
})

test('any other page that fails fails the list: half a list is not the list', async (t) => {
  const server = await startApiServer(
    t,
    paged((number) =>
      number === 2 ? { status: 500 } : { body: { count: 6, next: '/n', results: range(number * 2 - 1, number * 2) } },
    ),
  )
  await t.throwsAsync(client(server).listServices('demo'), { message: /page=2: HTTP status 500/ })
})

test('a page for which a proxy has none fails the list: only the API can say that the list has ended', async (t) => {
  const server = await startApiServer(
    t,
    paged((number) =>
      number === 2
        ? { status: 404, body: '<html>', headers: { 'content-type': 'text/html' } }
        : { body: { next: '/n', results: range(1, 2) } },
    ),
  )
  await t.throwsAsync(client(server).listServices('demo'), { message: /page=2: HTTP status 404 \(text\/html\)/ })
})

test('an empty body is an error, not an empty list', async (t) => {
  const empty = await startApiServer(
    t,
    paged(() => ({ body: '' })),
  )
  await t.throwsAsync(client(empty).listServices('demo'), {
    message: /page=1: .* should be Page of Service, not empty/,
  })
  const none = await startApiServer(
    t,
    paged(() => ({ body: { count: 0, next: null, previous: null, results: [] } })),
  )
  t.deepEqual(await client(none).listServices('demo'), [])
})

test('services of one name in two projects are two services', async (t) => {
  const results = [
    { service_name: 'web', project_name: 'a' },
    { service_name: 'web', project_name: 'b' },
  ]
  const server = await startApiServer(
    t,
    paged(() => ({ body: { count: 2, results } })),
  )
  t.is((await client(server).listServices('demo')).length, 2)
})

test('iterates service by service, and a failure comes after what was read', async (t) => {
  const server = await startApiServer(
    t,
    paged((number) => (number === 2 ? { status: 500 } : { body: { next: '/2', results: range(1, 2) } })),
  )
  const seen: string[] = []
  const iterate = async () => {
    for await (const { service_name } of client(server).iterateServices('demo')) seen.push(service_name)
  }
  await t.throwsAsync(iterate(), { message: /page=2: HTTP status 500/ })
  t.deepEqual(seen, ['s1', 's2'])
})

test('who stops iterating stops the reading', async (t) => {
  const server = await startApiServer(
    t,
    withLogin(({ path }) =>
      pageOf(path) === 1 ? { body: { count: 4, next: '/2', results: range(1, 2) } } : undefined,
    ),
  )
  for await (const { service_name } of client(server).iterateServices('demo')) {
    t.is(service_name, 's1')
    break
  }
})
