import type { ServiceReading, Snapshot } from '@alauda-exporter/collector'
import test from 'ava'
import { createHistory } from '../../src/status/history.js'
import { createStates, type Query } from '../../src/status/states.js'
import type { Seen } from '../../src/status/view.js'
import { finished } from '../helpers/steps.js'
import { ok, reading, snapshot } from './snapshots.js'

const all: Query = { wanted: { name: '', status: '', region: '', page: 1, instances: 1 }, withHistory: false }

const web = reading({ name: 'web' }, [ok('a', { time: 990, memoryUsageBytes: 5 })])

/** States of one account, whose snapshots and time a test sets. */
const statesOf = (services: ReadonlyArray<ServiceReading> = [web], mostBytes?: number) => {
  const history = createHistory()
  const world = { now: 1010, maxAge: 300, seen: [{ namespaces: ['demo'], snapshots: [snapshot(services)] }] as Seen[] }
  const states = createStates({
    accounts: () => world.seen,
    maxAgeSeconds: () => world.maxAge,
    history,
    version: '1.2.3',
    clock: { now: () => world.now * 1000 },
    ...(mostBytes === undefined ? {} : { mostBytes }),
  })
  const collected = (next: Snapshot) => {
    world.seen = [{ namespaces: ['demo'], snapshots: [next] }]
    finished(history.add({}, next))
  }
  return { world, states, history, collected }
}

test('is made once for all requests of a query, until the next collection', async (t) => {
  const { states, collected } = statesOf()
  const [one, other] = await Promise.all([states.current(all), states.current(all)])
  t.is(one.state, other.state)
  t.is((await states.current(all)).state, one.state)
  collected(snapshot([web], { startTime: 1005 }))
  const next = await states.current(all)
  t.not(next.state.id, one.state.id)
  t.is(next.status.accounts[0]?.namespaces[0]?.lastCollectionTime, 1005)
})

test('the time and the number of requests are those of now', async (t) => {
  const { states, world } = statesOf()
  const requests = [{ endpoint: 'listServices' as const, code: '200', count: 1 }]
  const [account] = world.seen
  world.seen = [
    {
      ...account,
      namespaces: ['demo'],
      snapshots: account?.snapshots ?? [],
      statistics: { requests },
    },
  ]
  const before = await states.current(all)
  t.like(before.status, { time: 1010, accounts: [{ apiRequests: 1 }] })
  world.now = 1011
  requests.push({ endpoint: 'listServices', code: '500', count: 2 })
  const after = await states.current(all)
  t.is(after.state, before.state)
  t.like(after.status, { time: 1011, accounts: [{ apiRequests: 3 }] })
})

test('what gets too old is not shown any more, though nothing else has changed', async (t) => {
  const { states, world } = statesOf([reading({ name: 'web' }, [ok('a', { time: 950, memoryUsageBytes: 5 })])])
  const shownAt = async (now: number) => {
    world.now = now
    const services = (await states.current(all)).status.accounts[0]?.namespaces[0]?.services ?? []
    return services.map(({ memoryUsageBytes }) => memoryUsageBytes)
  }
  t.deepEqual(await shownAt(1250), [5])
  t.deepEqual(await shownAt(1250.1), [undefined])
  t.deepEqual(await shownAt(1300), [undefined])
  t.deepEqual(await shownAt(1300.1), [])
  // The clock was set back.
  t.deepEqual(await shownAt(1250), [5])
  world.maxAge = 10
  t.deepEqual(await shownAt(1250), [])
})

test('a point of the last hour leaves it in time', async (t) => {
  const { states, world, collected } = statesOf()
  world.maxAge = 10_000
  collected(snapshot([web], { startTime: 1000 }))
  collected(snapshot([web], { startTime: 1060 }))
  const timesAt = async (now: number) => {
    world.now = now
    const { status } = await states.current({ ...all, withHistory: true })
    return status.accounts[0]?.namespaces[0]?.services[0]?.history?.times
  }
  t.deepEqual(await timesAt(4600), [1000, 1060])
  t.deepEqual(await timesAt(4600.1), [1060])
})

test('another query, other sizes, other history: another state', async (t) => {
  const { states, world, history } = statesOf()
  const first = await states.current(all)
  for (const wanted of [
    { ...all.wanted, name: 'w' },
    { ...all.wanted, page: 2 },
    { ...all.wanted, instances: 2 },
    { ...all.wanted, status: 'Running' },
    { ...all.wanted, region: 'a' },
  ]) {
    t.not((await states.current({ ...all, wanted })).state, first.state)
  }
  t.not((await states.current({ ...all, withHistory: true })).state, first.state)
  t.is((await states.current(all)).state, first.state)
  finished(history.add({}, snapshot([web])))
  const second = await states.current(all)
  t.not(second.state, first.state)
  world.seen = world.seen.map((seen) => ({ ...seen, sizes: { M: { cpu: 1 } } }))
  t.not((await states.current(all)).state, second.state)
})

test('a state that fails is made again', async (t) => {
  const { states, world } = statesOf()
  const good = world.seen
  const unreadable = {
    ...web,
    get instances(): ServiceReading['instances'] {
      throw new Error('unreadable')
    },
  }
  world.seen = [{ namespaces: ['demo'], snapshots: [snapshot([unreadable])] }]
  await t.throwsAsync(states.current(all), { message: 'unreadable' })
  world.seen = good
  t.is((await states.current(all)).status.accounts[0]?.namespaces[0]?.serviceCount, 1)
})

test('earlier states are kept for clients that follow, a few of them', async (t) => {
  const { states, collected } = statesOf()
  const ids: string[] = []
  for (let time = 1001; time < 1008; time += 1) {
    collected(snapshot([web], { startTime: time }))
    // No client follows the one of 1004.
    const { state, earlier } = await states.current({ ...all, isFollowed: time !== 1004 })
    t.deepEqual(
      earlier.map(({ id }) => id),
      ids.slice(-3).reverse(),
    )
    if (time !== 1004) ids.push(state.id)
  }
})

test('beyond the bytes that may be kept, the least recently used query is forgotten', async (t) => {
  const services = Array.from({ length: 10 }, (_, index) => reading({ name: `web-${index}` }))
  const { states } = statesOf(services, 100_000)
  const named = (name: string) => states.current({ ...all, wanted: { ...all.wanted, name } })
  const first = await named('w')
  const second = await named('we')
  t.is((await named('w')).state, first.state)
  await named('web')
  t.is((await named('w')).state, first.state)
  t.not((await named('we')).state, second.state)
})
