import http from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { type ClientStatistics, createAlaudaClient, type FetchLike } from '@alauda-exporter/alauda-client'
import { type Change, FAULT_KINDS, type Fault } from '@alauda-exporter/alauda-simulator'
import { createCollector } from '@alauda-exporter/collector'
import test, { type ExecutionContext } from 'ava'
import { manualClock } from '../../packages/alauda-client/test/helpers/manual-clock.js'
import { until } from '../../packages/alauda-client/test/helpers/until.js'
import type { WorldStep } from '../helpers/changing-world.js'
import { startCloudProcess } from '../helpers/cloud-process.js'
import { createInstantCloud, type InstantFault } from '../helpers/instant-cloud.js'
import { isFullSize } from '../helpers/test-size.js'
import { usedHeap } from '../helpers/used-heap.js'

const start = Date.UTC(2026, 0, 1)
const intervalMs = 60_000
const timeoutMs = intervalMs / 2

/** Collections until all that is made once has been made. */
const warmUp = 500
const httpCollections = isFullSize ? 2_500 : 1_000
const instantCollections = isFullSize ? 10_000 : 2_500
const mostGrowth = 0.1

/** What goes wrong in one collection. */
interface Trouble<F> {
  readonly faults: ReadonlyArray<F>
  /** Whether it is the collection's timeout that ends it. */
  readonly takesTime?: boolean
}

const list = { endpoint: 'listServices' } as const
const metrics = { endpoint: 'getInstanceMetrics' } as const

const instantTroubles: ReadonlyArray<Trouble<InstantFault>> = [
  { faults: [{ kind: 'server-error' }] },
  { faults: [{ kind: 'server-error', ...metrics }] },
  { faults: [{ kind: 'reset', ...list }] },
  { faults: [{ kind: 'reset', ...metrics }] },
  { faults: [{ kind: 'hang', ...list }], takesTime: true },
  { faults: [{ kind: 'hang', ...metrics }], takesTime: true },
  { faults: [{ kind: 'token-revoked' }] },
  { faults: [{ kind: 'too-many-requests' }] },
  { faults: [{ kind: 'too-many-requests', retryAfter: 40, ...metrics }], takesTime: true },
  { faults: [{ kind: 'late-points', seconds: 120 }] },
  { faults: [{ kind: 'no-points' }] },
  { faults: [{ kind: 'truncated-json' }] },
  { faults: [{ kind: 'forbidden', ...metrics }] },
]

const httpTroubles: ReadonlyArray<Trouble<Fault>> = [
  ...instantTroubles,
  { faults: [{ kind: 'reset', chunked: true, ...metrics }] },
  { faults: [{ kind: 'unavailable', retryAfter: 5, times: 1 }], takesTime: true },
  { faults: [{ kind: 'null-values' }] },
  { faults: [{ kind: 'instance-gone' }] },
  { faults: [{ kind: 'html-page', status: 200, ...list }] },
  { faults: [{ kind: 'empty-body' }] },
  { faults: [{ kind: 'chunked' }] },
  { faults: [{ kind: 'wrong-clock', seconds: 3_600 }] },
  { faults: [{ kind: 'answer', text: '{"detail":"Request was throttled."}', ...metrics }] },
  { faults: [{ kind: 'replaced-values', columns: ['rx_errors', 'memory_usage'], value: 'N/A' }] },
  { faults: [{ kind: 'wrong-count', count: 1_000 }] },
  { faults: [{ kind: 'repeated-page' }] },
  { faults: [{ kind: 'padded', bytes: 5_000_000, ...list }] },
  { faults: [{ kind: 'delay', ms: 2 }] },
  { faults: [{ kind: 'heavy-tailed-delay', medianMs: 1, maxMs: 4 }] },
  { faults: [{ kind: 'gzip', chunked: true }] },
  { faults: [{ kind: 'redirect', to: 'http://elsewhere.example/v1/' }] },
  { faults: [{ kind: 'token-revoked' }, { kind: 'login-refused' }] },
  { faults: [{ kind: 'quota', callsPerMinute: 1 }], takesTime: true },
  // There is a second page only when more services are counted than there are.
  {
    faults: [
      { kind: 'wrong-count', count: 30 },
      { kind: 'churn', deletes: ['late'], creates: ['late'] },
    ],
  },
  {
    faults: [
      { kind: 'duplicate-service', startedAfter: 60 },
      { kind: 'duplicate-instance', startedAfter: -60 },
    ],
  },
]

/** Between two troubles there is one collection without. */
const troubleIn = <F>(collection: number, troubles: ReadonlyArray<Trouble<F>>): Trouble<F> =>
  (collection % 2 === 0 ? undefined : troubles[((collection - 1) / 2) % troubles.length]) ?? { faults: [] }

const collectionsPerChange = 5
const changesPerWorld = 60

/** What happens in the cloud just before a collection. Each job has a name that there was never before. */
const changesBefore = (collection: number, at: number): ReadonlyArray<Change> => {
  if (collection % collectionsPerChange !== 0) return []
  const cycle: ReadonlyArray<Change> = [
    { at, action: 'update', service: 'web', set: { target_num_instances: 2 } },
    { at, action: 'redeploy', service: 'web' },
    { at, action: 'create', service: { service_name: `job-${at}`, image_name: 'index.alauda.cn/demo/job' } },
    { at, action: 'restart', service: 'web', ordinal: 0 },
    { at, action: 'update', service: 'web', set: { target_num_instances: 1 } },
    { at, action: 'delete', service: `job-${at - (3 * collectionsPerChange * intervalMs) / 1000}` },
  ]
  const change = cycle[(collection / collectionsPerChange) % cycle.length]
  return change === undefined ? [] : [change]
}

interface Soak<F> {
  readonly endpoint: string
  readonly fetch?: FetchLike
  readonly troubles: ReadonlyArray<Trouble<F>>
  /** Sets the cloud's state for the next collection. */
  readonly take: (step: WorldStep & { readonly faults: ReadonlyArray<F> }) => void | Promise<void>
  readonly collections: number
  /** How long nothing happens when all calls that will not end by themselves have been made; it does no harm if some have not. */
  readonly patienceMs: number
}

/** Collects again and again; fails when anything is left behind. Gives what the client says of its calls. */
const soak = async <F>(t: ExecutionContext, { endpoint, fetch, troubles, take, collections, patienceMs }: Soak<F>) => {
  const clock = manualClock(start)
  const credentials = { username: 'demo', password: 'demo' }
  const client = createAlaudaClient({ endpoint, credentials, fetch, clock, random: () => 0 })
  let done = 0
  let tell = () => {}
  const onCollected = () => {
    done += 1
    tell()
  }
  const schedule = { intervalMs, timeoutMs, clock, random: () => 0 }
  const collector = createCollector({ client, namespaces: ['demo'], ...schedule, onCollected })
  t.teardown(collector.stop)

  /** How many calls were made and answered. */
  const progress = (): number => {
    const { requests, requestsInFlight } = client.statistics()
    return requests.reduce((sum, { count }) => sum + count, 0) * 1000 + requestsInFlight
  }
  /** Waits while calls are made or answered: what is left then waits for the clock. */
  const noMoreCalls = async (): Promise<void> => {
    for (let before = -1, now = progress(); now !== before; now = progress()) {
      before = now
      await delay(patienceMs)
    }
  }

  const collectOnce = async (begin: () => void, takesTime = false): Promise<void> => {
    const end = done + 1
    const ended = new Promise<void>((resolve) => {
      tell = resolve
    })
    begin()
    if (takesTime) await noMoreCalls()
    else await ended
    clock.advance(timeoutMs)
    await ended
    // Whatever still waits for something by the clock is left behind, but for the next collection.
    await until(() => done === end && clock.pending() === 1)
    collector.expose()
  }

  await collectOnce(collector.start)
  let heapBefore = 0
  for (let collection = 1; collection < collections; collection++) {
    if (collection === warmUp) heapBefore = await usedHeap()
    const now = clock.now() + intervalMs - timeoutMs
    const { faults, takesTime } = troubleIn(collection, troubles)
    const seed = Math.floor(collection / (collectionsPerChange * changesPerWorld))
    await take({ now, seed, changes: changesBefore(collection, now / 1000), faults })
    await collectOnce(() => clock.advance(intervalMs - timeoutMs), takesTime)
  }
  const heap = await usedHeap()
  t.log(`${(heapBefore / 1e6).toFixed(2)} MB, then ${(heap / 1e6).toFixed(2)} MB`)
  t.true(heap < heapBefore * (1 + mostGrowth), `${heap} bytes after ${heapBefore}`)
  t.is(done, collections)
  collector.stop()
  t.is(clock.pending(), 0)
  const statistics = client.statistics()
  t.like(statistics, { requestsInFlight: 0, requestsWaiting: 0 })
  return statistics
}

const outcomes = ({ requests }: ClientStatistics) => requests.map(({ endpoint, code }) => `${endpoint} ${code}`)

const expectedOutcomes = [
  ...['200', '403', '429', '500', 'network', 'timeout'].map((code) => `getInstanceMetrics ${code}`),
  'getService 404',
  ...['200', '401', '429', '500', 'network', 'timeout'].map((code) => `listServices ${code}`),
  'login 200',
]

const countSockets = (byHost: NodeJS.ReadOnlyDict<ReadonlyArray<unknown>>): number =>
  Object.values(byHost).flat().length

test('each kind of fault that the simulator has is among the troubles', (t) => {
  const kinds = httpTroubles.flatMap(({ faults }) => faults.map(({ kind }) => kind))
  t.deepEqual([...new Set(kinds)].sort(), [...FAULT_KINDS].sort())
})

// One after the other: they measure the whole process.

// A server answers fewer calls a second than a function does: by way of HTTP there are fewer collections.
test.serial(
  `${httpCollections} collections by way of HTTP leave nothing behind but a few idle connections`,
  async (t) => {
    const { url, take } = await startCloudProcess(t, start)
    const cloud = { endpoint: url, take, troubles: httpTroubles, patienceMs: 10 }
    const statistics = await soak(t, { ...cloud, collections: httpCollections })
    const seen = outcomes(statistics)
    t.deepEqual(
      [...expectedOutcomes, 'getInstanceMetrics 404', 'listServices 503'].filter((outcome) => !seen.includes(outcome)),
      [],
    )
    t.is(countSockets(http.globalAgent.sockets), 0)
    // At most one per concurrent instance, when each instance and each service is duplicated.
    const idle = countSockets(http.globalAgent.freeSockets)
    t.true(idle <= 20, `${idle} connections`)
  },
)

test.serial(`${instantCollections} collections, with faults and changes all along, leave nothing behind`, async (t) => {
  const { fetch, take } = createInstantCloud(start)
  const cloud = { endpoint: 'http://cloud.example/v1/', fetch, take, troubles: instantTroubles, patienceMs: 0 }
  const statistics = await soak(t, { ...cloud, collections: instantCollections })
  const seen = outcomes(statistics)
  t.deepEqual(
    expectedOutcomes.filter((outcome) => !seen.includes(outcome)),
    [],
  )
})
