import test from 'ava'
import fc from 'fast-check'
import { InstanceMetrics, metricColumns, newestPoint } from '../../../src/cloud/codecs/instance-metrics.js'
import { decodedInSteps } from '../../helpers/decoded.js'

test('reads values by the columns’ names, whatever their order', async (t) => {
  t.deepEqual(
    await decodedInSteps(InstanceMetrics, {
      name: 'stats.a.b',
      columns: ['memory_usage', 'sequence_number', 'time', 'cpu_cumulative_usage', 'tx_errors'],
      points: [[16072704, 9, 1433753089, 310527696, 0]],
    }),
    { points: [{ time: 1433753089, cpu_cumulative_usage: 310527696, memory_usage: 16072704, tx_errors: 0 }] },
  )
})

test('the documented layout, with sequence_number second, gives every value under its own name', async (t) => {
  const columns = ['time', 'sequence_number', ...metricColumns]
  t.deepEqual(await decodedInSteps(InstanceMetrics, { columns, points: [[100, 0, 1, 2, 3, 4, 5, 6, 7, 8]] }), {
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

test('a null, a missing cell and a missing column are absent values', async (t) => {
  t.deepEqual(
    await decodedInSteps(InstanceMetrics, {
      columns: ['time', 'memory_usage', 'rx_bytes'],
      points: [
        [1, null, 5],
        [2, 7],
        [null, null, null],
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

test('no points, null points and no columns are no data', async (t) => {
  for (const input of [
    { columns: ['time'], points: [] },
    { columns: ['time'], points: null },
    { columns: ['time'] },
    { points: [] },
    {},
    null,
  ]) {
    t.deepEqual(await decodedInSteps(InstanceMetrics, input), { points: [] })
  }
})

test('a cell that cannot be what its column holds is left out and counted; the others of its row are read', async (t) => {
  for (const cell of ['N/A', {}, [], true, -1, '-1', 1e20, 1e308, '1e999', 'NaN']) {
    t.deepEqual(
      await decodedInSteps(InstanceMetrics, {
        columns: ['time', 'rx_errors', 'memory_usage'],
        points: [
          [60, cell, 7],
          [120, 0, 8],
        ],
      }),
      {
        points: [
          { time: 60, memory_usage: 7 },
          { time: 120, rx_errors: 0, memory_usage: 8 },
        ],
        unreadableValues: { rx_errors: 1 },
      },
    )
  }
})

test('a row whose time is none is left out and counted: milliseconds, below 0, text, null beside a value', async (t) => {
  for (const time of [1433753089000, 0, -60, 'now', null, 1e11]) {
    t.deepEqual(
      await decodedInSteps(InstanceMetrics, {
        columns: ['time', 'memory_usage'],
        points: [
          [time, 7],
          [120, 8],
        ],
      }),
      {
        points: [{ time: 120, memory_usage: 8 }],
        unreadableValues: { time: 1 },
      },
    )
  }
})

test('a row that is none, or has more cells than there are columns, is left out and counted', async (t) => {
  for (const row of [null, 7, 'x', { time: 60, memory_usage: 7 }, [60, 7, 9]]) {
    t.deepEqual(await decodedInSteps(InstanceMetrics, { columns: ['time', 'memory_usage'], points: [row, [120, 8]] }), {
      points: [{ time: 120, memory_usage: 8 }],
      unreadableValues: { points: 1 },
    })
  }
})

test('a column that comes twice has no values: which of them are its own is unknown', async (t) => {
  t.deepEqual(
    await decodedInSteps(InstanceMetrics, {
      columns: ['time', 'rx_bytes', 'rx_bytes', 'tx_bytes', 7],
      points: [[60, 1, 2, 3, 4]],
    }),
    { points: [{ time: 60, tx_bytes: 3 }], unreadableValues: { rx_bytes: 1 } },
  )
})

test('points without a column of times, or with two of them, are no table', async (t) => {
  for (const columns of [['memory_usage'], [], null, undefined, ['time', 'time']]) {
    t.deepEqual(await decodedInSteps(InstanceMetrics, { columns, points: [[2]] }), ["columns: a list with 'time'"])
  }
})

test('what is no table, and not empty, is an error', async (t) => {
  for (const input of [
    { detail: 'Request was throttled.' },
    { message: 'busy', points: [] },
    { error: 'busy', columns: [], points: [] },
    { code: 429 },
    { name: 'stats' },
  ]) {
    t.deepEqual(await decodedInSteps(InstanceMetrics, input), [': a table with columns and points, not an error'])
  }
  for (const input of [[], [[1]], 'text', 7, false, { points: {} }, { points: 'x' }, { columns: {}, points: [] }]) {
    t.true(Array.isArray(await decodedInSteps(InstanceMetrics, input)))
  }
})

test('any JSON gives a table of values that it has, or an error', async (t) => {
  const json = fc.jsonValue()
  const cell = fc.oneof(json, fc.nat(), fc.double(), fc.constant(1433753089))
  const table = fc.record(
    {
      columns: fc.oneof(json, fc.array(fc.oneof(fc.constantFrom('time', ...metricColumns), json))),
      points: fc.oneof(json, fc.array(fc.oneof(json, fc.array(cell)))),
    },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.oneof(json, table), async (input) => {
      const metrics = await decodedInSteps(InstanceMetrics, input)
      if (Array.isArray(metrics)) return
      t.truthy(metrics.points)
      const given = new Set(
        JSON.stringify(input)
          .match(/-?[0-9.]+(?:[eE][+-]?[0-9]+)?/g)
          ?.map(Number),
      )
      for (const { time, ...values } of metrics.points) {
        t.true(given.has(time) && time > 0 && time < 1e11)
        for (const value of Object.values(values)) t.true(given.has(value) && value >= 0 && value <= 2 ** 64)
      }
    }),
  )
})

test('any table is read the same after its columns and rows are shuffled', async (t) => {
  const column = fc.constantFrom(...metricColumns, 'sequence_number', 'later_addition')
  const cell = fc.option(fc.double({ min: 0, max: 2 ** 64, noNaN: true }))
  const tables = fc.uniqueArray(column).chain((columns) =>
    fc.record({
      columns: fc.constant(['time', ...columns]),
      points: fc.uniqueArray(
        fc.tuple(fc.integer({ min: 1 }), fc.array(cell, { minLength: columns.length, maxLength: columns.length })),
        { selector: ([time]) => time },
      ),
      rank: fc.array(fc.double({ noNaN: true }), { minLength: columns.length + 1, maxLength: columns.length + 1 }),
    }),
  )
  await fc.assert(
    fc.asyncProperty(tables, async ({ columns, points, rank }) => {
      const rows = points.map(([time, cells]) => [time, ...cells])
      const order = columns.map((_, index) => index).sort((a, b) => (rank[a] ?? 0) - (rank[b] ?? 0))
      const shuffled = {
        columns: order.map((index) => columns[index]),
        points: rows.map((row) => order.map((index) => row[index])).reverse(),
      }
      const straight = await decodedInSteps(InstanceMetrics, { columns, points: rows })
      const reread = await decodedInSteps(InstanceMetrics, shuffled)
      if (Array.isArray(straight) || Array.isArray(reread)) return t.fail()
      t.deepEqual([...reread.points].reverse(), straight.points)
      t.deepEqual(newestPoint(reread), newestPoint(straight))
    }),
  )
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
