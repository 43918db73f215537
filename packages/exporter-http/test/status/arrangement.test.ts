import test from 'ava'
import fc from 'fast-check'
import {
  arrangementOf,
  choicesOf,
  columns,
  isMatch,
  queryOf,
  rowsOf,
  sorted,
  sortedBy,
  toggled,
} from '../../src/status/arrangement.js'
import { ok, reading, toldAfter } from './snapshots.js'

/** A service that has used so many cores for a minute at `time`. */
const web = (time: number) => (cores: number | undefined) =>
  reading({ service_name: `web-${cores ?? 'none'}`, current_status: 'Running', region_name: 'BEIJING1' }, [
    // The mean over its life says the opposite.
    ok(String(cores), {
      time,
      ...(cores === undefined
        ? {}
        : { cpu_cumulative_usage: cores * (time - 930) * 1e9, cpu_utilization: 100 - cores }),
    }),
  ])

const used = [10, 9, undefined]
const api = reading({ service_name: 'Api', current_status: 'Error' })
const rows = rowsOf(toldAfter(used.map(web(930)), ...used.map(web(990)), api))
const namesIn = (query: string) => {
  const arrangement = arrangementOf(new URLSearchParams(query))
  return sorted(rows.filter(isMatch(arrangement)), arrangement).map(({ service }) => service.service)
}

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
  }
})
