import test from 'ava'
import fc from 'fast-check'
import { arrangementOf } from '../../src/status/arrangement.js'
import { changed } from '../../src/status/changes.js'
import { lookFor } from '../../src/status/look.js'
import type { Changes, ServiceChange, Status } from '../../src/status/model.js'
import { tableOf } from '../../src/status/page.js'
import { serviceRows } from '../../src/status/rows.js'
import { asked, textOf } from '../helpers/asked.js'
import { routesOf } from '../helpers/status-routes.js'
import { collected } from '../status/any-snapshots.js'
import { ok, reading, snapshot } from '../status/snapshots.js'

type Routes = ReturnType<typeof routesOf>

const changesSince = async ({ json }: Pick<Routes, 'json'>, since: string, query = 'history=1'): Promise<Changes> =>
  JSON.parse(textOf((await json(asked({}, `${query}&since=${since}`))).body))

const changesIn = ({ accounts }: Changes): ReadonlyArray<ServiceChange> =>
  accounts.flatMap(({ namespaces }) => namespaces.flatMap(({ changes }) => changes))

/** A client that applies changes to what it knows. */
const followerOf = (routes: Pick<Routes, 'json'>, query?: string) => {
  let last: { readonly state: string; readonly status: Status } | undefined
  return async () => {
    const changes = await changesSince(routes, last?.state ?? '', query)
    const status = changed(last?.status, changes)
    last = { state: changes.state, status }
    return { changes, status }
  }
}

/** Three services that have a point each, or other values. */
const services = (time: number, memory = [1, 2, 3]) =>
  memory.map((memoryUsageBytes, index) =>
    reading({ name: `web-${index}` }, [ok(`${index}`, { time: 990, memoryUsageBytes })], { listedTime: time }),
  )

test('the first answer has all services, and the next one those that have changed', async (t) => {
  const routes = routesOf(['demo'])
  const { collect, world } = routes
  collect(snapshot(services(1000)))
  const first = await changesSince(routes, '')
  t.is(first.since, undefined)
  t.deepEqual(
    changesIn(first).map(({ service }) => service?.service),
    ['web-0', 'web-1', 'web-2'],
  )

  world.now += 5
  const same = await changesSince(routes, first.state)
  t.is(same.time, 1015)
  t.is(same.state, first.state)
  t.is(same.since, first.state)
  t.deepEqual(changesIn(same), [{ from: 0, count: 3 }])

  collect(snapshot(services(1060, [1, 7, 3]), { startTime: 1060 }))
  const point = (bytes: number) => ({
    from: 0,
    count: 1,
    times: [1060],
    cpuUsageCores: [null],
    memoryUsageBytes: [bytes],
  })
  const next = await changesSince(routes, first.state)
  t.is(next.since, first.state)
  const [before, web, after, ...others] = changesIn(next)
  t.deepEqual(before, { from: 0, count: 1, listedTime: 1060, histories: [point(1)] })
  t.like(web, { service: { service: 'web-1', memoryUsageBytes: 7, history: undefined }, from: 1, count: 1 })
  t.deepEqual(web?.histories, [point(7)])
  t.deepEqual(after, { from: 2, count: 1, listedTime: 1060, histories: [point(3)] })
  t.deepEqual(others, [])
})

test('of many services, the one that has changed is sent', async (t) => {
  const routes = routesOf(['demo'])
  const many = (changed: number) =>
    services(
      1000,
      Array.from({ length: 400 }, (_, index) => (index === 300 ? changed : index)),
    )
  routes.collect(snapshot(many(1)))
  const first = await changesSince(routes, '', 'name=web')
  routes.collect(snapshot(many(2), { startTime: 1060 }))
  const next = await changesSince(routes, first.state, 'name=web')
  t.like(changesIn(next), [
    { from: 0, count: 300 },
    { service: { service: 'web-300', memoryUsageBytes: 2 } },
    { from: 301, count: 99 },
  ])
  t.is(changesIn(next).length, 3)
})

test('a state that the exporter does not know, or of another query: all services', async (t) => {
  const routes = routesOf(['demo'])
  routes.collect(snapshot(services(1000)))
  const { state } = await changesSince(routes, '')
  const withoutHistory = await changesSince(routes, '', 'name=web')
  for (const since of ['x', withoutHistory.state]) {
    const answer = await changesSince(routes, since)
    t.is(answer.since, undefined)
    t.is(answer.state, state)
    t.deepEqual(
      changesIn(answer).map(({ service }) => service?.history?.times),
      [[1000], [1000], [1000]],
    )
  }
})

test('without `since` the answer has no state', async (t) => {
  const routes = routesOf(['demo'])
  routes.collect(snapshot(services(1000)))
  const status: unknown = JSON.parse(textOf((await routes.json(asked())).body))
  t.deepEqual(status, JSON.parse(JSON.stringify(routes.statusFor('', false))))
})

test('what has not changed stays the same object', async (t) => {
  const routes = routesOf(['demo'])
  const follow = followerOf(routes, 'name=web')
  routes.collect(snapshot(services(1000)))
  const before = (await follow()).status.accounts[0]?.namespaces[0]?.services ?? []
  routes.collect(snapshot([...services(1000, [1, 7]), reading({ name: 'web-4' })], { startTime: 1060 }))
  const after = (await follow()).status.accounts[0]?.namespaces[0]?.services ?? []
  t.deepEqual(
    after.map(({ service }) => service),
    ['web-0', 'web-1', 'web-4'],
  )
  t.is(after[0], before[0])
  t.not(after[1], before[1])
})

/** The rows of the page that a browser draws of it. */
const drawn = (status: Status): string => {
  const arrangement = arrangementOf(new URLSearchParams())
  const look = lookFor(status, { language: 'en', lang: null, arrangement })
  return tableOf(status, arrangement)
    .shown.map((row) => serviceRows(row, look))
    .join('')
}

const names = ['a', 'b', 'c', 'd', 'e']

// A few services that come, go, change places and values, beside any others.
const few = fc
  .tuple(
    fc.oneof(fc.constant(names), fc.subarray(names), fc.shuffledSubarray(names)),
    fc.array(fc.constantFrom(1000, 1060), { minLength: 5, maxLength: 5 }),
    fc.array(fc.constantFrom(0, 0, 0, 1), { minLength: 5, maxLength: 5 }),
    fc.constantFrom('demo', 'other'),
  )
  .map(([ofServices, listedTimes, memory, namespace]) =>
    snapshot(
      ofServices.map((name, index) =>
        reading({ name }, [ok(name, { time: 1000, memoryUsageBytes: memory[index] ?? 0 })], {
          listedTime: listedTimes[index] ?? 1000,
        }),
      ),
      { namespace },
    ),
  )

test('a client that applies the changes of any collections shows what a fresh page shows', async (t) => {
  const step = fc.record({
    next: fc.oneof({ arbitrary: few, weight: 4 }, { arbitrary: collected, weight: 1 }),
    seconds: fc.constantFrom(0.5, 1, 2, 10, 300),
    // Whether the client asks after this collection; it may miss some, or too many.
    isAsked: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const namespaces = ['demo', 'other', ...steps.map(({ next }) => next.namespace)]
      const routes = routesOf(namespaces)
      const follow = followerOf(routes)
      for (const { next, seconds, isAsked } of steps) {
        routes.world.now += seconds
        routes.collect({ ...next, startTime: routes.world.now })
        if (!isAsked) continue
        const { status } = await follow()
        const fresh: Status = JSON.parse(textOf((await routes.json(asked({}, 'history=1'))).body))
        t.deepEqual(status, fresh)
        t.is(drawn(status), drawn(fresh))
      }
    }),
    { numRuns: 60 },
  )
})
