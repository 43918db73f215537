import { FAULT_KINDS, type Fault, startSimulator, type World } from '@alauda-exporter/alauda-simulator'
import test, { type ExecutionContext } from 'ava'
import { assertShows, type Shown } from '../helpers/kibana-shown.js'
import { kibanaOnPageTwo, twoServices } from '../helpers/kibana-worlds.js'
import { withoutOwnPast } from '../helpers/page.js'
import { startTime, watchCloud } from '../helpers/watch-cloud.js'

type Row = readonly [
  name: string,
  faults: ReadonlyArray<Fault> | ((url: string, otherUrl: string) => ReadonlyArray<Fault>),
  shown: Shown,
  differing?: {
    /** What a scrape shows that cannot wait until the cloud answers. */
    readonly atScrape?: Shown
    readonly world?: () => World
  },
]

const fresh = { ago: 0 }
const kept = { ago: 60 }
const everything: Shown = { values: fresh, outcomes: [5, 0, 0, 0], up: 1 }
const lastKnown: Shown = { values: kept, outcomes: [0, 0, 0, 5], up: 0 }
const lastKnownOfKibana: Shown = { values: kept, outcomes: [2, 0, 0, 3], up: 1 }
const lastKnownOfAll: Shown = { values: kept, outcomes: [0, 0, 0, 5], up: 1 }
const noValues: Shown = { values: 'none', outcomes: [2, 3, 0, 0], up: 1 }
const lateButKnown: Shown = { values: kept, outcomes: [5, 0, 0, 0], up: 1 }
const twin: Shown = { values: { ago: 0, plus: 1 }, outcomes: [5, 0, 0, 0], up: 1 }

const list = { endpoint: 'listServices' } as const
const kibana = { endpoint: 'getInstanceMetrics', service: 'kibana' } as const

/** A fault of either call that is answered in no way that helps. */
const failing = (name: string, fault: Fault): ReadonlyArray<Row> => [
  [`the list: ${name}`, [{ ...fault, ...list }], lastKnown],
  [`kibana’s metrics: ${name}`, [{ ...fault, ...kibana }], lastKnownOfKibana],
]

/** A refusal of either call that says when to come back, and after which there is no other. */
const passing = (name: string, fault: Fault): ReadonlyArray<Row> => [
  [`the list, once: ${name}`, [{ ...fault, ...list, times: 1 }], everything, { atScrape: lastKnown }],
  [`kibana’s metrics, once: ${name}`, [{ ...fault, ...kibana, times: 3 }], everything, { atScrape: lastKnownOfKibana }],
]

const harmless = (name: string, fault: Fault): Row => [`all calls: ${name}`, [fault], everything]

const rows: ReadonlyArray<Row> = [
  harmless('delay', { kind: 'delay', ms: 20 }),
  harmless('heavy-tailed-delay', { kind: 'heavy-tailed-delay', medianMs: 5, maxMs: 20 }),
  harmless('gzip', { kind: 'gzip' }),
  harmless('gzip in chunks', { kind: 'gzip', chunked: true }),
  harmless('chunked', { kind: 'chunked' }),
  harmless('token-revoked', { kind: 'token-revoked' }),
  harmless('login-refused while the token is good', { kind: 'login-refused' }),
  harmless('a quota that is enough', { kind: 'quota', callsPerMinute: 6 }),
  ...failing('hang', { kind: 'hang' }),
  ...failing('reset', { kind: 'reset' }),
  ...failing('reset in chunks', { kind: 'reset', chunked: true }),
  ...failing('truncated-json', { kind: 'truncated-json' }),
  ...failing('html-page 200', { kind: 'html-page', status: 200 }),
  ...failing('html-page 404', { kind: 'html-page', status: 404 }),
  ...failing('html-page 502', { kind: 'html-page', status: 502 }),
  ...failing('html-page 503', { kind: 'html-page', status: 503 }),
  ...failing('server-error', { kind: 'server-error' }),
  ...failing('too-many-requests', { kind: 'too-many-requests' }),
  ...failing('too-many-requests, Retry-After', { kind: 'too-many-requests', retryAfter: 20 }),
  ...failing('unavailable', { kind: 'unavailable' }),
  ...failing('unavailable, Retry-After', { kind: 'unavailable', retryAfter: 20 }),
  ...failing('forbidden', { kind: 'forbidden' }),
  ...passing('too-many-requests, Retry-After', { kind: 'too-many-requests', retryAfter: 20 }),
  ...passing('too-many-requests, Retry-After a date', {
    kind: 'too-many-requests',
    retryAfter: 20,
    retryAfterAs: 'date',
  }),
  ...passing('unavailable, Retry-After', { kind: 'unavailable', retryAfter: 20 }),
  ...passing('unavailable, Retry-After a date', { kind: 'unavailable', retryAfter: 20, retryAfterAs: 'date' }),
  ['the list: a quota that it uses up', [{ kind: 'quota', callsPerMinute: 1 }], lastKnownOfAll],
  ['a new login: login-refused', [{ kind: 'token-revoked' }, { kind: 'login-refused' }], lastKnown],
  ['a new login: hang', [{ kind: 'token-revoked' }, { kind: 'hang', endpoint: 'login' }], lastKnown],
  ['a new login: server-error', [{ kind: 'token-revoked' }, { kind: 'server-error', endpoint: 'login' }], lastKnown],
  ['the list: empty-body', [{ kind: 'empty-body', ...list }], lastKnown],
  ['kibana’s metrics: empty-body', [{ kind: 'empty-body', ...kibana }], noValues],
  ['kibana’s metrics: no-points', [{ kind: 'no-points', ...kibana }], noValues],
  ['kibana’s metrics: null-values', [{ kind: 'null-values', ...kibana }], noValues],
  [
    'kibana’s metrics: null-values in one column',
    [{ kind: 'null-values', columns: ['memory_usage'], ...kibana }],
    { ...everything, values: { ago: 0, without: 'alauda_instance_memory_usage_bytes' } },
  ],
  ['kibana’s metrics: late-points, 60 s', [{ kind: 'late-points', seconds: 60, ...kibana }], lateButKnown],
  ['kibana’s metrics: late-points, 120 s', [{ kind: 'late-points', seconds: 120, ...kibana }], lateButKnown],
  ['kibana’s metrics: late-points, 300 s', [{ kind: 'late-points', seconds: 300, ...kibana }], lateButKnown],
  ['kibana’s metrics: late-points, 360 s', [{ kind: 'late-points', seconds: 360, ...kibana }], noValues],
  [
    'kibana’s metrics: instance-gone',
    [{ kind: 'instance-gone', ...kibana }],
    { values: 'none', outcomes: [2, 0, 3, 0], up: 1, instances: 0 },
  ],
  ['the list: page 1 fails', [{ kind: 'server-error', ...list, page: 1 }], lastKnown, { world: kibanaOnPageTwo }],
  [
    'the list: page 2 fails, where kibana is',
    [{ kind: 'server-error', ...list, page: 2 }],
    { values: kept, outcomes: [2, 0, 0, 3], up: 0 },
    { world: kibanaOnPageTwo },
  ],
  [
    'the list: page 2 hangs',
    [{ kind: 'hang', ...list, page: 2 }],
    { values: kept, outcomes: [2, 0, 0, 3], up: 0 },
    { world: kibanaOnPageTwo },
  ],
  [
    'the list: churn that moves kibana from one page to the other',
    [{ kind: 'churn', deletes: ['idle-1'] }],
    everything,
    { world: kibanaOnPageTwo },
  ],
  ['the list: churn at its end', [{ kind: 'churn', creates: ['late'] }], everything, { world: kibanaOnPageTwo }],
  [
    'the list: churn that keeps its length, and moves kibana from one page to the other',
    [{ kind: 'churn', deletes: ['idle-1'], creates: ['late'] }],
    everything,
    // The list has as many services as it says all the time: only asking for kibana shows that it was passed over.
    { world: kibanaOnPageTwo },
  ],
  ['a duplicate of kibana, newer', [{ kind: 'duplicate-service', service: 'kibana', startedAfter: 60 }], twin],
  ['a duplicate of kibana, older', [{ kind: 'duplicate-service', service: 'kibana', startedAfter: -60 }], everything],
  [
    'duplicates of kibana’s instances, newer',
    [{ kind: 'duplicate-instance', service: 'kibana', startedAfter: 60 }],
    twin,
  ],
  [
    'duplicates of kibana’s instances, older',
    [{ kind: 'duplicate-instance', service: 'kibana', startedAfter: -60 }],
    everything,
  ],
  // The newest point of a clock that is ahead is one of then, and its time that of now.
  [
    'wrong-clock, 2 minutes ahead',
    [{ kind: 'wrong-clock', seconds: 120 }],
    { ...everything, values: { ago: 120, told: 0 } },
  ],
  [
    'wrong-clock, 10 minutes ahead',
    [{ kind: 'wrong-clock', seconds: 600 }],
    { ...everything, values: { ago: 600, told: 0 } },
  ],
  [
    'wrong-clock, 30 seconds behind',
    [{ kind: 'wrong-clock', seconds: -30 }],
    { ...everything, values: { ago: 0, told: 30 } },
  ],
  // Its newest point says that it is older than the one that is known.
  ['wrong-clock, 2 minutes behind', [{ kind: 'wrong-clock', seconds: -120 }], lateButKnown],
  // What is now for the cloud comes before all that it is asked for.
  ['wrong-clock, 10 minutes behind', [{ kind: 'wrong-clock', seconds: -600 }], { ...noValues, outcomes: [0, 5, 0, 0] }],
  ['the list: redirect to another host', (_, otherUrl) => [{ kind: 'redirect', to: otherUrl, ...list }], lastKnown],
  [
    'kibana’s metrics: redirect to another host',
    (_, otherUrl) => [{ kind: 'redirect', to: otherUrl, ...kibana }],
    lastKnownOfKibana,
  ],
  [
    'a new login: redirect to another host',
    (_, otherUrl) => [{ kind: 'token-revoked' }, { kind: 'redirect', to: otherUrl, status: 307, endpoint: 'login' }],
    lastKnown,
  ],
  ['the list: redirect to the same host', (url) => [{ kind: 'redirect', to: url, ...list, times: 1 }], everything],
  ['kibana’s metrics: redirect without an end', (url) => [{ kind: 'redirect', to: url, ...kibana }], lastKnownOfKibana],
]

const throttled = { kind: 'answer', text: '{"detail":"Request was throttled."}' } as const
const withoutToken: ReadonlyArray<readonly [name: string, answer: Fault]> = [
  ['200, an HTML page', { kind: 'html-page', status: 200, endpoint: 'login' }],
  ['200, no token', { kind: 'answer', text: '{"detail":"try again"}', endpoint: 'login' }],
  ['200, an empty token', { kind: 'answer', text: '{"token":""}', endpoint: 'login' }],
  ['204', { kind: 'answer', status: 204, endpoint: 'login' }],
  ['404', { kind: 'answer', status: 404, text: '{"detail":"Not found."}', endpoint: 'login' }],
  ['409', { kind: 'answer', status: 409, endpoint: 'login' }],
  ['423, a locked account', { kind: 'answer', status: 423, text: '{"detail":"locked"}', endpoint: 'login' }],
  ['429', { kind: 'too-many-requests', endpoint: 'login' }],
]
const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`

/** Answers that are no answers: what looks like a success, lies, or has no end. */
const hostile: ReadonlyArray<Row> = [
  ...failing('an error in the shape of a success', throttled),
  ...failing('an error in another shape', { kind: 'answer', text: '{"code":429,"message":{"text":"busy"}}' }),
  ...failing('a page that says it is JSON', { kind: 'answer', status: 404, text: '<!DOCTYPE html><p>no such page' }),
  ...failing('a text', { kind: 'answer', text: '"Service Unavailable"' }),
  ...failing('an empty list', { kind: 'answer', text: '[]' }),
  ...failing('a number', { kind: 'answer', text: '1' }),
  ...failing('a list of numbers', { kind: 'answer', text: '[1, 2]' }),
  ...failing('JSON without end', { kind: 'padded' }),
  ...failing('JSON without end, compressed', { kind: 'padded', gzip: true }),
  ...failing('deep JSON', { kind: 'answer', text: deep }),
  ...withoutToken.map(
    ([name, answer]): Row => [`a new login: ${name}`, [{ kind: 'token-revoked' }, answer], lastKnown],
  ),
  ['the list: says that it is longer', [{ kind: 'wrong-count', count: 1e9 }], { ...everything, up: 0 }],
  [
    'the list: its first page again and again',
    [{ kind: 'repeated-page' }],
    { values: kept, outcomes: [2, 0, 0, 3], up: 0 },
    { world: kibanaOnPageTwo },
  ],
  [
    'kibana’s metrics: times in milliseconds',
    [{ kind: 'replaced-values', columns: ['time'], value: (startTime + 60) * 1000, ...kibana }],
    lastKnownOfKibana,
  ],
  [
    'kibana’s metrics: a malformed cell in the newest point alone',
    [{ kind: 'replaced-values', columns: ['cpu_utilization'], value: { percent: 3 }, newest: true, ...kibana }],
    { ...everything, values: { ago: 0, without: 'alauda_instance_cpu_utilization_ratio' } },
  ],
  [
    'kibana’s metrics: a text in one column',
    [{ kind: 'replaced-values', columns: ['rx_errors'], value: 'N/A', ...kibana }],
    { ...everything, values: { ago: 0, without: 'alauda_instance_network_receive_errors_total' } },
  ],
  [
    'kibana’s metrics: a list in one column',
    [{ kind: 'replaced-values', columns: ['memory_usage'], value: [1], ...kibana }],
    { ...everything, values: { ago: 0, without: 'alauda_instance_memory_usage_bytes' } },
  ],
  [
    'kibana’s metrics: a counter below 0',
    [{ kind: 'replaced-values', columns: ['tx_bytes'], value: -1, ...kibana }],
    { ...everything, values: { ago: 0, without: 'alauda_instance_network_transmit_bytes_total' } },
  ],
  [
    'kibana’s metrics: a size below 0, as a text',
    [{ kind: 'replaced-values', columns: ['memory_usage'], value: '-16072704', ...kibana }],
    { ...everything, values: { ago: 0, without: 'alauda_instance_memory_usage_bytes' } },
  ],
]

const setUp = async (
  t: ExecutionContext,
  [, faults, , { world: makeWorld = twoServices } = {}]: Row,
  intervalMs: number,
) => {
  const world = makeWorld()
  const watched = await watchCloud({ world, intervalMs, jitter: 0.5 })
  const { cloud, clock } = watched
  t.teardown(watched.close)
  // It would know the token.
  const other = await startSimulator({ world, clock })
  t.teardown(() => other.close())
  return {
    ...watched,
    begin: () => cloud.faults.set(typeof faults === 'function' ? faults(cloud.url, other.url) : faults),
    end: () => cloud.faults.clear(),
    other,
  }
}

test('there is a row for each kind of fault that the simulator has', (t) => {
  const faults = [...rows, ...hostile].flatMap(([, of]) => (typeof of === 'function' ? of('', '') : of))
  t.deepEqual([...new Set(faults.map(({ kind }) => kind))].sort(), [...FAULT_KINDS].sort())
})

for (const row of [...rows, ...hostile]) {
  const [name, , shown, { atScrape: shownAtScrape = shown } = {}] = row

  test(`in the background, ${name}`, async (t) => {
    const { cloud, collector, inTime, nextCollected, freshPage, begin, end, other } = await setUp(t, row, 60_000)
    collector.start()
    await inTime(nextCollected())
    begin()
    await inTime(nextCollected())
    assertShows(t, collector.expose(), cloud.world, shown)
    end()
    await inTime(nextCollected())
    t.deepEqual(withoutOwnPast(collector.expose()), withoutOwnPast(await freshPage()))
    t.true(
      other.requests.every(({ status }) => status === 401),
      'another host is shown no token',
    )
  })

  test(`at each scrape, ${name}`, async (t) => {
    const { clock, cloud, collector, inTime, freshPage, begin, end, other } = await setUp(t, row, 0)
    const scrape = async () => {
      await inTime(collector.scrape(9_500))
      return collector.expose()
    }
    await scrape()
    begin()
    clock.advance(60_000)
    assertShows(t, await scrape(), cloud.world, shownAtScrape)
    end()
    await inTime(collector.collect())
    clock.advance(60_000)
    t.deepEqual(withoutOwnPast(await scrape()), withoutOwnPast(await freshPage()))
    t.true(
      other.requests.every(({ status }) => status === 401),
      'another host is shown no token',
    )
  })
}
