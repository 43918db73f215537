import test from 'ava'
import fc from 'fast-check'
import { capacity, createSeries } from '../../src/status/series.js'

const at = (...times: ReadonlyArray<number>) => {
  const series = createSeries(3600)
  for (const time of times) series.add(time, { cores: time, memory: time })
  return series.read(times.at(-1) ?? 0)
}

test('keeps cores and bytes with their times, and null for what was not measured', (t) => {
  const series = createSeries(3600)
  t.deepEqual(series.read(0), { times: [], cpuUsageCores: [], memoryUsageBytes: [] })
  series.add(60, { cores: 0.125, memory: undefined })
  series.add(120, { cores: undefined, memory: 2 ** 40 + 1 })
  t.deepEqual(series.read(120), {
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
