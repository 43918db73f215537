import {
  type AlaudaError,
  type AlaudaTaskClient,
  type Instance,
  type InstanceMetrics,
  type InstanceMetricsPoint,
  newestPoint,
} from '@alauda-exporter/alauda-client'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as TE from 'fp-ts/lib/TaskEither.js'

/** What one instance uses, as far as the cloud reports it. */
export interface Usage {
  readonly instance: string
  /** Of its memory, in bytes. */
  readonly memoryBytes: number | null
  /** Of its CPU, in cores, between the last two measurements. */
  readonly cpuCores: number | null
}

export interface Question {
  readonly namespace: string
  readonly service: string
  readonly signal: AbortSignal
}

type Cloud = Pick<AlaudaTaskClient, 'listInstances' | 'getInstanceMetrics'>

/** What each instance of a service uses. All are asked for at once; the client keeps to its limits. */
export const usageOf = (cloud: Cloud, question: Question): TE.TaskEither<AlaudaError, ReadonlyArray<Usage>> =>
  pipe(
    cloud.listInstances({ namespace: question.namespace, service: question.service }, { signal: question.signal }),
    TE.chain(TE.traverseArray(usageOfInstance(cloud, question))),
    TE.map(RA.compact),
  )

const usageOfInstance =
  (cloud: Cloud, { namespace, service, signal }: Question) =>
  (instance: Instance): TE.TaskEither<AlaudaError, O.Option<Usage>> =>
    pipe(
      cloud.getInstanceMetrics(
        { namespace, service, instance: instance.uuid },
        { ...lastFiveMinutes(), period: '1m', signal },
      ),
      TE.map((metrics) => O.some(usageFrom(instance, metrics))),
      TE.orElse((error) => (hasEnded(error) ? TE.right(O.none) : TE.left(error))),
    )

const usageFrom = ({ instance_name }: Instance, metrics: InstanceMetrics): Usage => {
  const point = newestPoint(metrics)
  const before = newestPoint({ points: metrics.points.filter(({ time }) => point !== undefined && time < point.time) })
  return { instance: instance_name, memoryBytes: point?.memory_usage ?? null, cpuCores: coresBetween(before, point) }
}

// From the counter: the API's cpu_utilization is a mean over the container's life.
const coresBetween = (
  before: InstanceMetricsPoint | undefined,
  after: InstanceMetricsPoint | undefined,
): number | null => {
  const [from, to] = [before?.cpu_cumulative_usage, after?.cpu_cumulative_usage]
  if (before === undefined || after === undefined || from === undefined || to === undefined || to < from) return null
  return (to - from) / 1e9 / (after.time - before.time)
}

// An instance may end between the two calls: that is no failure.
const hasEnded = (error: AlaudaError): boolean => error._tag === 'HttpError' && error.status === 404

const lastFiveMinutes = () => {
  const end = Date.now() / 1000
  return { start: end - 300, end }
}
