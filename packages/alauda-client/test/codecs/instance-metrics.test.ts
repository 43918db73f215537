import test from 'ava'
import fc from 'fast-check'
import { InstanceMetrics, metricColumns, newestPoint } from '../../src/codecs/instance-metrics.js'
import { decoded } from '../helpers/decoded.js'

test('reads values by the columns’ names, whatever their order', (t) => {
  t.deepEqual(
    decoded(InstanceMetrics, {
      name: 'stats.a.b',
      columns: ['memory_usage', 'sequence_number', 'time', 'cpu_cumulative_usage', 'tx_errors'],
      points: [[16072704, 9, 1433753089, 310527696, 0]],
    }),
    { points: [{ time: 1433753089, cpu_cumulative_usage: 310527696, memory_usage: 16072704, tx_errors: 0 }] },
  )
})

test('the documented layout, with sequence_number second, gives every value under its own name', (t) => {
  const columns = ['time', 'sequence_number', ...metricColumns]
  t.deepEqual(decoded(InstanceMetrics, { columns, points: [[100, 0, 1, 2, 3, 4, 5, 6, 7, 8]] }), {
    points: [
      {
        time: 100,
        cpu_cumulative_usage: 1,
        cpu_utilization: 2,
        memory_usage: 3,
        memory_utilization: 4,
        rx_bytes: 5,
        rx_errors: 6,
        tx_bytes: 7,
        tx_errors: 8,
      },
    ],
  })
})

test('a null, a missing cell and a missing column are absent values', (t) => {
  t.deepEqual(
    decoded(InstanceMetrics, {
      columns: ['time', 'memory_usage', 'rx_bytes'],
      points: [
        [1, null, 5],
        [2, 7],
        [null, 8, 9],
      ],
    }),
    {
      points: [
        { time: 1, rx_bytes: 5 },
        { time: 2, memory_usage: 7 },
      ],
    },
  )
})

test('no points, null points and no columns are no data', (t) => {
  for (const input of [{ columns: ['time'], points: [] }, { columns: ['time'], points: null }, {}]) {
    t.deepEqual(decoded(InstanceMetrics, input), { points: [] })
  }
})

test('says which cell is wrong', (t) => {
  t.deepEqual(
    decoded(InstanceMetrics, {
      columns: ['time', 'memory_usage'],
      points: [
        [1, 2],
        [3, {}],
      ],
    }),
    ['points.1.memory_usage: a number'],
  )
  t.deepEqual(decoded(InstanceMetrics, { columns: ['memory_usage'], points: [[2]] }), ["columns: a list with 'time'"])
})

test('any table is read the same after its columns and rows are shuffled', (t) => {
  const column = fc.constantFrom(...metricColumns, 'sequence_number', 'later_addition')
  const cell = fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }))
  const tables = fc.uniqueArray(column).chain((columns) =>
    fc.record({
      columns: fc.constant(['time', ...columns]),
      points: fc.uniqueArray(
        fc.tuple(fc.nat(), fc.array(cell, { minLength: columns.length, maxLength: columns.length })),
        { selector: ([time]) => time },
      ),
      rank: fc.array(fc.double({ noNaN: true }), { minLength: columns.length + 1, maxLength: columns.length + 1 }),
    }),
  )
  fc.assert(
    fc.property(tables, ({ columns, points, rank }) => {
      const rows = points.map(([time, cells]) => [time, ...cells])
      const order = columns.map((_, index) => index).sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0))
      const shuffled = {
        columns: order.map((index) => columns[index]),
        points: rows.map((row) => order.map((index) => row[index])).reverse(),
      }
      const straight = decoded(InstanceMetrics, { columns, points: rows })
      const reread = decoded(InstanceMetrics, shuffled)
      if (Array.isArray(straight) || Array.isArray(reread)) return t.fail()
      t.deepEqual([...reread.points].reverse(), straight.points)
      t.deepEqual(newestPoint(reread), newestPoint(straight))
    }),
  )
})

test('what is encoded is decoded to the same', (t) => {
  const metrics = { points: [{ time: 1, memory_usage: 5 }, { time: 2 }] }
  t.deepEqual(decoded(InstanceMetrics, InstanceMetrics.encode(metrics)), metrics)
})

test('the newest point is the one with the greatest time, wherever it stands', (t) => {
  const points = [
    { time: 120, memory_usage: 2 },
    { time: 180, memory_usage: 3 },
    { time: 60, memory_usage: 1 },
  ]
  t.deepEqual(newestPoint({ points }), { time: 180, memory_usage: 3 })
})

test('a point without a value is not the newest; without any value there is none', (t) => {
  t.deepEqual(newestPoint({ points: [{ time: 1, rx_bytes: 0 }, { time: 2 }] }), { time: 1, rx_bytes: 0 })
  t.is(newestPoint({ points: [{ time: 1 }] }), undefined)
  t.is(newestPoint({ points: [] }), undefined)
})
