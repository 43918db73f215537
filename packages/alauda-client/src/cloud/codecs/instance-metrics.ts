import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { toMismatches } from '../../http/failures.js'
import type { AnswerDecoder } from '../../http/request.js'
import { known } from '../../options.js'
import { inTurns } from '../../turns.js'
import { absentValues, isErrorShaped } from './resource.js'
import { Amount, Seconds } from './scalars.js'
import { isEmpty } from './structures.js'

/**
 * The meaningful columns, by their names on the API's page "Instance metrics". {@link InstanceMetricsPoint} has their units.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { type InstanceMetricsPoint, metricColumns } from '@alauda-exporter/alauda-client'
 *
 * const point: InstanceMetricsPoint = { time: 1433753089, memory_usage: 16072704 }
 * const unknown = metricColumns.filter((column) => point[column] === undefined)
 * assert.equal(unknown.length, 7)
 * ```
 */
export const metricColumns = [
  'cpu_cumulative_usage',
  'cpu_utilization',
  'memory_usage',
  'memory_utilization',
  'rx_bytes',
  'rx_errors',
  'tx_bytes',
  'tx_errors',
] as const
/** One of {@link metricColumns}. */
export type MetricColumn = (typeof metricColumns)[number]

/**
 * What the cloud measured of one instance at `time` (seconds since the epoch), in the API's own units. A value that the
 * cloud did not give is absent.
 */
export interface InstanceMetricsPoint extends Readonly<Partial<Record<MetricColumn, number>>> {
  /** When it was measured, in seconds since the epoch. */
  readonly time: number
  /** Nanoseconds of CPU time since the container started. */
  readonly cpu_cumulative_usage?: number
  /** Percent of the CPU that the instance may use. */
  readonly cpu_utilization?: number
  /** Bytes. */
  readonly memory_usage?: number
  /** Percent of the instance's memory limit. */
  readonly memory_utilization?: number
  /** Bytes received since the container started. */
  readonly rx_bytes?: number
  /** Packets received in error since the container started. */
  readonly rx_errors?: number
  /** Bytes sent since the container started. */
  readonly tx_bytes?: number
  /** Packets sent in error since the container started. */
  readonly tx_errors?: number
}

/** The points of one instance in a window, in the order in which they came, which means nothing. */
export interface InstanceMetrics {
  /** Empty where nothing was measured. {@link newestPoint} picks one. */
  readonly points: ReadonlyArray<InstanceMetricsPoint>
  /**
   * How many values could not be read and were left out, by column; whole rows under `points`. Absent when all could: a value
   * that is null is none.
   */
  readonly unreadableValues?: Readonly<Record<string, number>> | undefined
}

const Table = t.partial(
  {
    columns: t.union([t.UnknownArray, t.null], 'a list of names'),
    points: t.union([t.UnknownArray, t.null], 'a list of rows'),
  },
  'InstanceMetrics',
)

/**
 * Reads `{columns, points}` by the columns' names: their order and their set are not fixed. Columns that are not in
 * {@link metricColumns} are ignored, and so are rows of nulls. A value that cannot be what its column holds is left out and
 * counted in `unreadableValues`: text, a number below 0, a time in milliseconds, a column that comes twice, a row that has more cells
 * than there are columns. An error in the shape of a success is no table.
 *
 * @hidden
 * @example
 * await InstanceMetrics.decode({ columns: ['memory_usage', 'time'], points: [[16072704, 1433753089]] })
 * // right({ points: [{ time: 1433753089, memory_usage: 16072704 }] })
 */
export const InstanceMetrics: AnswerDecoder<InstanceMetrics> = {
  name: 'InstanceMetrics',
  decode: (input) => {
    // What languages write for an empty body.
    if (input === null) return E.right({ points: [] })
    const table = Table.decode(input)
    if (E.isLeft(table)) return E.left(toMismatches(table.left))
    const { columns, points: rows } = table.right
    if (rows?.length) return readTable(columns ?? [], rows)
    const isNoTable = isErrorShaped(input) || (columns === undefined && rows === undefined && !isEmpty(input))
    return isNoTable
      ? E.left([{ path: '', expected: 'a table with columns and points, not an error' }])
      : E.right({ points: [] })
  },
}

const knownColumns = new Set<unknown>(['time', ...metricColumns])

/** Where a table's rows have their values. */
interface Layout {
  readonly columns: ReadonlyArray<unknown>
  readonly time: number | undefined
  readonly values: ReadonlyArray<{ readonly column: MetricColumn; readonly position: number }>
  /** Columns that come twice. */
  readonly repeated: ReadonlySet<unknown>
  /** Absent unless each column is there once. */
  readonly positions: Cells<number> | undefined
}

type Cells<A> = Readonly<Record<'time' | MetricColumn, A>>

// Most rows lack nothing. A point that is made in one step takes half the memory of one that grows column by column, and a third less time.
const cellsAt = (at: Cells<number>, cells: ReadonlyArray<unknown>): Cells<unknown> => ({
  time: cells[at.time],
  cpu_cumulative_usage: cells[at.cpu_cumulative_usage],
  cpu_utilization: cells[at.cpu_utilization],
  memory_usage: cells[at.memory_usage],
  memory_utilization: cells[at.memory_utilization],
  rx_bytes: cells[at.rx_bytes],
  rx_errors: cells[at.rx_errors],
  tx_bytes: cells[at.tx_bytes],
  tx_errors: cells[at.tx_errors],
})

const isEachKnown = (cells: Cells<unknown>): cells is Cells<number> =>
  Seconds.is(cells.time) &&
  Amount.is(cells.cpu_cumulative_usage) &&
  Amount.is(cells.cpu_utilization) &&
  Amount.is(cells.memory_usage) &&
  Amount.is(cells.memory_utilization) &&
  Amount.is(cells.rx_bytes) &&
  Amount.is(cells.rx_errors) &&
  Amount.is(cells.tx_bytes) &&
  Amount.is(cells.tx_errors)

const haveEachColumn = (positions: Partial<Cells<number>>): positions is Cells<number> =>
  ['time' as const, ...metricColumns].every((column) => positions[column] !== undefined)

const toLayout = (columns: ReadonlyArray<unknown>): Layout => {
  // In one pass: a million names must not be searched again and again.
  const positions = new Map<unknown, number>()
  const repeated = new Set<unknown>()
  for (const [position, column] of columns.entries()) {
    if (positions.has(column)) repeated.add(column)
    else if (knownColumns.has(column)) positions.set(column, position)
  }
  const values = metricColumns.flatMap((column) => {
    const position = positions.get(column)
    return position === undefined || repeated.has(column) ? [] : [{ column, position }]
  })
  const time = repeated.has('time') ? undefined : positions.get('time')
  const each = { ...Object.fromEntries(values.map(({ column, position }) => [column, position])), ...known({ time }) }
  return { columns, time, values, repeated, positions: haveEachColumn(each) ? each : undefined }
}

// Tables of one API all have the same columns: this saves a third of the time that a small one takes.
let lastLayout = toLayout([])

const mostKeptColumns = 100

const layoutOf = (columns: ReadonlyArray<unknown>): Layout => {
  const { columns: last } = lastLayout
  const isSame = columns.length === last.length && columns.every((column, index) => column === last[index])
  if (isSame) return lastLayout
  const layout = toLayout(columns)
  // A million names must not be kept.
  if (columns.length <= mostKeptColumns) lastLayout = layout
  return layout
}

/** Rows that are read in one step. */
const mostRowsOfStep = 500

const readTable = (
  columns: ReadonlyArray<unknown>,
  rows: ReadonlyArray<unknown>,
): ReturnType<typeof InstanceMetrics.decode> => {
  const { time: timePosition, values, repeated, positions } = layoutOf(columns)
  if (timePosition === undefined) return E.left([{ path: 'columns', expected: "a list with 'time'" }])
  const points: InstanceMetricsPoint[] = []
  let unreadable: Map<string, number> | undefined
  const leaveOut = (column: string): void => {
    unreadable ??= new Map()
    unreadable.set(column, (unreadable.get(column) ?? 0) + 1)
  }
  for (const column of repeated) leaveOut(String(column))

  const readRow = (row: unknown): void => {
    // The surplus cell of a longer row is unknown.
    if (!Array.isArray(row) || row.length > columns.length) {
      leaveOut('points')
      return
    }
    const cells: ReadonlyArray<unknown> = row
    const all = positions && cellsAt(positions, cells)
    if (all !== undefined && isEachKnown(all)) {
      points.push(all)
      return
    }
    const time = Seconds.read(cells[timePosition])
    const point: { time: number } & Partial<Record<MetricColumn, number>> = { time: time ?? 0 }
    let isNothing = true
    for (const { column, position } of values) {
      const cell = cells[position]
      if (absentValues.has(cell)) continue
      const value = Amount.read(cell)
      if (value === undefined) leaveOut(column)
      else {
        point[column] = value
        isNothing = false
      }
    }
    if (time !== undefined) points.push(point)
    // A row of nulls has nothing to be left out.
    else if (!isNothing || !absentValues.has(cells[timePosition])) leaveOut('time')
  }

  const result = () =>
    E.right(unreadable === undefined ? { points } : { points, unreadableValues: Object.fromEntries(unreadable) })
  if (rows.length > mostRowsOfStep) return inTurns(rows, readRow).then(result)
  for (const row of rows) readRow(row)
  return result()
}

/**
 * The newest point with at least one value. Absent if there is none, for example for a container that has just started.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { newestPoint } from '@alauda-exporter/alauda-client'
 *
 * const points = [{ time: 1433753089, memory_usage: 16072704 }, { time: 1433753029, memory_usage: 15990784 }]
 * assert.equal(newestPoint({ points })?.memory_usage, 16072704)
 * assert.equal(newestPoint({ points: [] }), undefined)
 * ```
 */
export const newestPoint = ({ points }: InstanceMetrics): InstanceMetricsPoint | undefined => {
  let newest: InstanceMetricsPoint | undefined
  for (const point of points) {
    const isNewer = newest === undefined || point.time > newest.time
    if (isNewer && metricColumns.some((column) => point[column] !== undefined)) newest = point
  }
  return newest
}
