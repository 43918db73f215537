import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { Numeric } from './numeric.js'

/**
 * The columns that mean something, by the names that the API's page "Instance metrics" gives them. Their units are told by
 * {@link InstanceMetricsPoint}.
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
}

// Unlike other resources: a table that cannot be read whole is not read at all.
const Table = t.partial(
  {
    columns: t.union([t.array(t.string), t.null], 'a list of names'),
    points: t.union([t.array(t.UnknownArray), t.null], 'a list of rows'),
  },
  'InstanceMetrics',
)
type Table = t.TypeOf<typeof Table>

/**
 * Reads `{columns, points}` by the columns' names: their order and their set are not fixed. Columns that are not in
 * {@link metricColumns} are ignored, and so are points without a time.
 *
 * @hidden
 * @example
 * InstanceMetrics.decode({ columns: ['memory_usage', 'time'], points: [[16072704, 1433753089]] })
 * // right({ points: [{ time: 1433753089, memory_usage: 16072704 }] })
 */
export const InstanceMetrics: t.Type<InstanceMetrics, unknown, unknown> = Table.pipe(
  new t.Type<InstanceMetrics, Table, Table>(
    'InstanceMetrics',
    (value): value is InstanceMetrics => t.type({ points: t.array(t.type({ time: t.number })) }).is(value),
    (table, context) => validateTable(table, context),
    ({ points }) => ({
      columns: ['time', ...metricColumns],
      points: points.map((point) => [point.time, ...metricColumns.map((column) => point[column] ?? null)]),
    }),
  ),
  'InstanceMetrics',
)

const validateTable = (table: Table, context: t.Context): t.Validation<InstanceMetrics> => {
  const columns = table.columns ?? []
  const points = table.points ?? []
  if (points.length > 0 && !columns.includes('time')) {
    return t.failure(columns, t.appendContext(context, 'columns', columnsWithTime))
  }
  const decoded: InstanceMetricsPoint[] = []
  const errors: t.ValidationError[] = []
  for (const [index, row] of points.entries()) {
    const rowContext = t.appendContext(
      t.appendContext(context, 'points', t.UnknownArray),
      String(index),
      t.UnknownArray,
    )
    const cell = (column: string) => validateCell(columns, row, column, rowContext)
    const time = cell('time')
    const values = metricColumns.map((column) => [column, cell(column)] as const)
    for (const result of [time, ...values.map(([, value]) => value)]) if (E.isLeft(result)) errors.push(...result.left)
    if (E.isLeft(time) || time.right === undefined) continue
    const point: { time: number } & Partial<Record<MetricColumn, number>> = { time: time.right }
    for (const [column, value] of values) {
      if (E.isRight(value) && value.right !== undefined) point[column] = value.right
    }
    decoded.push(point)
  }
  return errors.length > 0 ? t.failures(errors) : t.success({ points: decoded })
}

const columnsWithTime = new t.Type<string[]>(
  "a list with 'time'",
  t.array(t.string).is,
  (input, context) => t.failure(input, context),
  t.identity,
)

const validateCell = (
  columns: ReadonlyArray<string>,
  row: ReadonlyArray<unknown>,
  column: string,
  context: t.Context,
): t.Validation<number | undefined> => {
  const position = columns.indexOf(column)
  const value = position < 0 ? undefined : row[position]
  if (value === undefined || value === null) return t.success(undefined)
  return pipe(
    Numeric.validate(value, t.appendContext(context, column, Numeric, value)),
    E.map((number): number | undefined => number),
  )
}

/**
 * The newest point that tells anything: the one with the greatest time among those with at least one value. Absent when
 * there is none, as with a container that has only just started.
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
export const newestPoint = ({ points }: InstanceMetrics): InstanceMetricsPoint | undefined =>
  points
    .filter((point) => metricColumns.some((column) => point[column] !== undefined))
    .reduce<InstanceMetricsPoint | undefined>(
      (newest, point) => (newest === undefined || point.time > newest.time ? point : newest),
      undefined,
    )
