import test from 'ava'
import fc from 'fast-check'
import {
  arranged,
  arrangementOf,
  choicesOf,
  columns,
  queryOf,
  rowsOf,
  sortedBy,
  toggled,
} from '../../src/status/arrangement.js'
import { capacity, createHistory, noSeries, shownOf, withPoint } from '../../src/status/history.js'
import { finished } from '../helpers/steps.js'
import { ok, reading, snapshot, timeout, toldAfter } from './snapshots.js'

const web = { name: 'web' }
const place = { namespace: 'demo' }
const now = 1130

test('one point a collection: sums of the cores in use, from two points, and of the memory', (t) => {
  const history = createHistory()
  const at = (time: number, seconds: number) => [
    ok('a', { time, cpuUsageSeconds: seconds, cpuUtilizationRatio: 0.99, memoryUsageBytes: 100 }),
    ok('b', { time: time + 1, cpuUsageSeconds: 3 * seconds, memoryUsageBytes: 50 }),
    ok('c', { time: time + 2 }),
  ]
  finished(history.add({}, snapshot([reading(web, at(990, 100))])))
  finished(history.add({}, snapshot([reading(web, at(1050, 106))], { startTime: 1060 })))
  finished(history.add({}, snapshot([reading(web)], { startTime: 1120 })))
  t.deepEqual(history.ofService(place, web, now), {
    times: [1000, 1060, 1120],
    cpuUsageCores: [null, 0.4, null],
    memoryUsageBytes: [150, 150, null],
  })
})

test('an instance that could not be read counts as it was before; where none could be, there is a gap', (t) => {
  const history = createHistory()
  const failed = { ...ok('a', { time: 990, memoryUsageBytes: 1 }), outcome: 'failed' as const, failure: timeout }
  finished(history.add({}, snapshot([reading(web, [failed, ok('b', { time: 995, memoryUsageBytes: 2 })])])))
  finished(history.add({}, snapshot([reading(web, [failed])], { startTime: 1060 })))
  t.deepEqual(history.ofService(place, web, now)?.memoryUsageBytes, [3, null])
})

test('a snapshot is added in a step for each service at least, and nothing of it is shown before the last', (t) => {
  const history = createHistory()
  const services = ['a', 'b', 'c'].map((name) => reading({ name }))
  const steps = history.add({}, snapshot(services))
  let count = 1
  while (!steps.next().done) {
    count += 1
    for (const { service } of services) t.is(history.ofService(place, service, now), undefined)
  }
  t.true(count >= services.length)
  for (const { service } of services) t.truthy(history.ofService(place, service, now))
})

test('accounts, namespaces, projects and spaces are kept apart', (t) => {
  const history = createHistory()
  finished(history.add({ name: 'a' }, snapshot([reading(web)])))
  finished(history.add({ name: 'b' }, snapshot([reading({ ...web, project: 'p' })])))
  t.truthy(history.ofService({ account: 'a', namespace: 'demo' }, web, now))
  t.is(history.ofService({ account: 'b', namespace: 'demo' }, web, now), undefined)
  t.truthy(history.ofService({ account: 'b', namespace: 'demo' }, { ...web, project: 'p' }, now))
  t.is(history.ofService(place, web, now), undefined)
  t.deepEqual(history.ratesOf({ account: 'c', namespace: 'demo' }, 'x'), {})
})

test('services that are gone are dropped', (t) => {
  const history = createHistory()
  finished(history.add({}, snapshot([reading(web), reading({ name: 'api' })])))
  finished(history.add({}, snapshot([reading(web)], { startTime: 1060 })))
  finished(history.add({}, snapshot([reading(web), reading({ name: 'api' })], { startTime: 1120 })))
  t.deepEqual(history.ofService(place, web, now)?.times, [1000, 1060, 1120])
  t.deepEqual(history.ofService(place, { name: 'api' }, now)?.times, [1120])
})

test('no more services than there is room for, all namespaces together; those that are there stay', (t) => {
  const history = createHistory(3)
  const named = (...names: ReadonlyArray<string>) => names.map((name) => reading({ name }))
  const has = (namespace: string, name: string) => history.ofService({ namespace }, { name }, now) !== undefined
  finished(history.add({}, snapshot(named('a', 'b'))))
  finished(history.add({}, snapshot(named('c', 'd'), { namespace: 'other' })))
  t.deepEqual([has('demo', 'a'), has('demo', 'b'), has('other', 'c'), has('other', 'd')], [true, true, true, false])
  finished(history.add({}, snapshot(named('0', 'b'), { startTime: 1060 })))
  t.deepEqual([has('demo', '0'), has('demo', 'a'), has('demo', 'b')], [true, false, true])
  t.is(history.ofService(place, { name: 'b' }, now)?.times.length, 2)
})

test('what is not collected any more is forgotten after an hour', (t) => {
  const history = createHistory()
  finished(history.add({ name: 'old' }, snapshot([reading(web)])))
  finished(history.add({}, snapshot([reading(web)], { startTime: 4601 })))
  t.is(history.ofService({ account: 'old', namespace: 'demo' }, web, now), undefined)
  t.truthy(history.ofService(place, web, now))
})

test('only the last hour is shown, also if nothing has been collected since', (t) => {
  const history = createHistory()
  for (const startTime of [1000, 1060, 1120]) finished(history.add({}, snapshot([reading(web)], { startTime })))
  t.deepEqual(history.ofService(place, web, 4660)?.times, [1060, 1120])
  t.deepEqual(history.ofService(place, web, 9000), { times: [], cpuUsageCores: [], memoryUsageBytes: [] })
})

test('names that are not Unicode', (t) => {
  const history = createHistory()
  const odd = { name: 'a\uD800' }
  finished(history.add({}, snapshot([reading(odd)])))
  t.is(history.ofService(place, odd, now)?.times.length, 1)
})

const at = (...times: ReadonlyArray<number>) =>
  shownOf(
    times.reduce((series, time) => withPoint(series, time, { cores: time, memory: time }), noSeries),
    times.at(-1) ?? 0,
  )

test('keeps cores and bytes with their times, and null for what was not measured', (t) => {
  t.deepEqual(shownOf(noSeries, 0), { times: [], cpuUsageCores: [], memoryUsageBytes: [] })
  const first = withPoint(noSeries, 60, { cores: 0.125, memory: undefined })
  t.deepEqual(shownOf(withPoint(first, 120, { cores: undefined, memory: 2 ** 40 + 1 }), 120), {
    times: [60, 120],
    cpuUsageCores: [0.125, null],
    memoryUsageBytes: [null, 2 ** 40 + 1],
  })
})

test('forgets what is older than it is to keep', (t) => {
  t.deepEqual(at(0, 60, 3660).times, [60, 3660])
  t.deepEqual(at(0, 60, 9000).times, [9000])
})

test('a clock that was set back: what it said before is forgotten', (t) => {
  t.deepEqual(at(100, 160, 220, 150).times, [100, 150])
})

test('points each second: the whole hour is there, with the newest point, and no more than there is room for', (t) => {
  const { times } = at(...Array.from({ length: 5000 }, (_, second) => second))
  t.is(times.at(-1), 4999)
  t.true(times.length <= capacity && times.length >= capacity / 2, String(times.length))
  t.true((times[0] ?? 0) >= 1399 && (times[0] ?? 0) < 1500, String(times[0]))
})

test('points each minute are all there', (t) => {
  t.is(at(...Array.from({ length: 61 }, (_, minute) => minute * 60)).times.length, 61)
})

test('whenever points come, there are no more than there is room for, in order, the newest among them', (t) => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1, maxLength: 600 }), (times) => {
      const { times: kept, cpuUsageCores, memoryUsageBytes } = at(...times)
      t.true(kept.length <= capacity)
      t.is(cpuUsageCores.length, kept.length)
      t.is(memoryUsageBytes.length, kept.length)
      t.is(kept.at(-1), times.at(-1))
      t.true(kept.every((time, index) => index === 0 || time > (kept[index - 1] ?? 0)))
    }),
  )
})

/** A service that has used so many cores for a minute at `time`. */
const webArrangement = (time: number) => (cores: number | undefined) =>
  reading({ name: `web-${cores ?? 'none'}`, status: 'Running', region: 'BEIJING1' }, [
    // The mean over its life says the opposite.
    ok(String(cores), {
      time,
      ...(cores === undefined ? {} : { cpuUsageSeconds: cores * (time - 930), cpuUtilizationRatio: 1 - cores / 100 }),
    }),
  ])

const used = [10, 9, undefined]
const api = reading({ name: 'Api', status: 'Error' })
const rows = rowsOf(toldAfter(used.map(webArrangement(930)), ...used.map(webArrangement(990)), api))
const namesIn = (query: string) =>
  arranged(rows, arrangementOf(new URLSearchParams(query))).map(({ service }) => service.service)

test('by name, where numbers count as such', (t) => {
  t.deepEqual(namesIn(''), ['Api', 'web-9', 'web-10', 'web-none'])
  t.deepEqual(namesIn('order=desc'), ['web-none', 'web-10', 'web-9', 'Api'])
})

test('by number; what is not known comes last either way', (t) => {
  t.deepEqual(namesIn('sort=cpu'), ['web-9', 'web-10', 'Api', 'web-none'])
  t.deepEqual(namesIn('sort=cpu&order=desc'), ['web-10', 'web-9', 'Api', 'web-none'])
})

test('by part of the name in either case, status and region', (t) => {
  t.deepEqual(namesIn('name=API'), ['Api'])
  t.deepEqual(namesIn('name=-1&status=Running&region=BEIJING1'), ['web-10'])
  t.deepEqual(namesIn('status=Stopped'), [])
  t.deepEqual(choicesOf(rows, 'status'), ['Error', 'Running'])
})

test('a column is sorted the other way round the second time; numbers begin with the greatest', (t) => {
  const first = arrangementOf(new URLSearchParams())
  t.true(sortedBy(first, 'name').isDescending)
  t.true(sortedBy(first, 'cpu').isDescending)
  t.false(sortedBy(sortedBy(first, 'cpu'), 'cpu').isDescending)
  t.false(sortedBy(first, 'region').isDescending)
})

test('services are opened and closed', (t) => {
  const opened = toggled(arrangementOf(new URLSearchParams('open=a')), 'b')
  t.deepEqual([...opened.open], ['a', 'b'])
  t.deepEqual([...toggled(opened, 'a').open], ['b'])
})

test('an address and what it means', (t) => {
  const arrangement = fc.record({
    name: fc.string(),
    status: fc.string(),
    region: fc.string(),
    sort: fc.constantFrom(...columns),
    isDescending: fc.boolean(),
    page: fc.integer({ min: 1, max: 999_999_999 }),
    instances: fc.integer({ min: 1, max: 999_999_999 }),
    open: fc.uniqueArray(fc.string()).map((keys) => new Set(keys)),
  })
  fc.assert(
    fc.property(arrangement, (each) => {
      t.deepEqual(arrangementOf(new URLSearchParams(queryOf(each, 'zh').toString())), each)
    }),
  )
  t.is(queryOf(arrangementOf(new URLSearchParams()), null).toString(), '')
  t.is(arrangementOf(new URLSearchParams('sort=toString')).sort, 'name')
  for (const page of ['', '0', '-1', '1.5', '1e3', 'two', '9'.repeat(10), ' 2']) {
    t.is(arrangementOf(new URLSearchParams({ page })).page, 1, page)
    t.is(arrangementOf(new URLSearchParams({ instances: page })).instances, 1, page)
  }
})
