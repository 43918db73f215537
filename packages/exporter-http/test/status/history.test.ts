import test from 'ava'
import { createHistory } from '../../src/status/history.js'
import { ok, reading, snapshot, timeout } from './snapshots.js'

const web = { service_name: 'web' }
const place = { namespace: 'demo' }
const now = 1130

test('one point a collection: sums of the cores in use, from two points, and of the memory', (t) => {
  const history = createHistory()
  const at = (time: number, seconds: number) => [
    ok('a', { time, cpu_cumulative_usage: seconds * 1e9, cpu_utilization: 99, memory_usage: 100 }),
    ok('b', { time: time + 1, cpu_cumulative_usage: 3 * seconds * 1e9, memory_usage: 50 }),
    ok('c', { time: time + 2 }),
  ]
  history.add({}, snapshot([reading(web, at(990, 100))]))
  history.add({}, snapshot([reading(web, at(1050, 106))], { startTime: 1060 }))
  history.add({}, snapshot([reading(web)], { startTime: 1120 }))
  t.deepEqual(history.ofService(place, web, now), {
    times: [1000, 1060, 1120],
    cpuUsageCores: [null, 0.4, null],
    memoryUsageBytes: [150, 150, null],
  })
})

test('an instance that could not be read counts as it was before; where none could be, there is a gap', (t) => {
  const history = createHistory()
  const failed = { ...ok('a', { time: 990, memory_usage: 1 }), outcome: 'failed' as const, failure: timeout }
  history.add({}, snapshot([reading(web, [failed, ok('b', { time: 995, memory_usage: 2 })])]))
  history.add({}, snapshot([reading(web, [failed])], { startTime: 1060 }))
  t.deepEqual(history.ofService(place, web, now)?.memoryUsageBytes, [3, null])
})

test('accounts, namespaces, projects and spaces are kept apart', (t) => {
  const history = createHistory()
  history.add({ name: 'a' }, snapshot([reading(web)]))
  history.add({ name: 'b' }, snapshot([reading({ ...web, project_name: 'p' })]))
  t.truthy(history.ofService({ account: 'a', namespace: 'demo' }, web, now))
  t.is(history.ofService({ account: 'b', namespace: 'demo' }, web, now), undefined)
  t.truthy(history.ofService({ account: 'b', namespace: 'demo' }, { ...web, project_name: 'p' }, now))
  t.is(history.ofService(place, web, now), undefined)
  t.deepEqual(history.ratesOf({ account: 'c', namespace: 'demo' }, 'x'), {})
})

test('services that are gone are dropped', (t) => {
  const history = createHistory()
  history.add({}, snapshot([reading(web), reading({ service_name: 'api' })]))
  history.add({}, snapshot([reading(web)], { startTime: 1060 }))
  history.add({}, snapshot([reading(web), reading({ service_name: 'api' })], { startTime: 1120 }))
  t.deepEqual(history.ofService(place, web, now)?.times, [1000, 1060, 1120])
  t.deepEqual(history.ofService(place, { service_name: 'api' }, now)?.times, [1120])
})

test('no more services than there is room for, all namespaces together; those that are there stay', (t) => {
  const history = createHistory(3)
  const named = (...names: ReadonlyArray<string>) => names.map((service_name) => reading({ service_name }))
  const has = (namespace: string, service_name: string) =>
    history.ofService({ namespace }, { service_name }, now) !== undefined
  history.add({}, snapshot(named('a', 'b')))
  history.add({}, snapshot(named('c', 'd'), { namespace: 'other' }))
  t.deepEqual([has('demo', 'a'), has('demo', 'b'), has('other', 'c'), has('other', 'd')], [true, true, true, false])
  history.add({}, snapshot(named('0', 'b'), { startTime: 1060 }))
  t.deepEqual([has('demo', '0'), has('demo', 'a'), has('demo', 'b')], [true, false, true])
  t.is(history.ofService(place, { service_name: 'b' }, now)?.times.length, 2)
})

test('what is not collected any more is forgotten after an hour', (t) => {
  const history = createHistory()
  history.add({ name: 'old' }, snapshot([reading(web)]))
  history.add({}, snapshot([reading(web)], { startTime: 4601 }))
  t.is(history.ofService({ account: 'old', namespace: 'demo' }, web, now), undefined)
  t.truthy(history.ofService(place, web, now))
})

test('only the last hour is told, also when nothing has been collected since', (t) => {
  const history = createHistory()
  for (const startTime of [1000, 1060, 1120]) history.add({}, snapshot([reading(web)], { startTime }))
  t.deepEqual(history.ofService(place, web, 4660)?.times, [1060, 1120])
  t.deepEqual(history.ofService(place, web, 9000), { times: [], cpuUsageCores: [], memoryUsageBytes: [] })
})

test('names that are not Unicode', (t) => {
  const history = createHistory()
  const odd = { service_name: 'a\uD800' }
  history.add({}, snapshot([reading(odd)]))
  t.is(history.ofService(place, odd, now)?.times.length, 1)
})
