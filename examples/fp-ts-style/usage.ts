import {
  type AlaudaClient,
  type AlaudaError,
  type Instance,
  type InstanceMetricsPoint,
  newestPoint,
} from '@alauda-exporter/alauda-client'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import * as TE from 'fp-ts/lib/TaskEither.js'

/** What one instance uses, as far as the cloud tells. */
export interface Usage {
  readonly instance: string
  /** Of its memory, in bytes. */
  readonly memoryBytes: number | null
  /** Of its CPU, in percent. */
  readonly cpuPercent: number | null
}

export interface Question {
  readonly namespace: string
  readonly service: string
  readonly signal: AbortSignal
}

type Cloud = Pick<AlaudaClient, 'listInstances' | 'getInstanceMetrics'>

/** What each instance of a service uses. All are asked for at once; the client keeps to its limits. */
export const usageOf = (cloud: Cloud, question: Question): TE.TaskEither<AlaudaError, ReadonlyArray<Usage>> =>
  pipe(
    cloud.listInstances(question.namespace, question.service, { signal: question.signal }),
    TE.chain(TE.traverseArray(usageOfInstance(cloud, question))),
    TE.map(RA.compact),
  )

const usageOfInstance =
  (cloud: Cloud, { namespace, service, signal }: Question) =>
  (instance: Instance): TE.TaskEither<AlaudaError, O.Option<Usage>> =>
    pipe(
      cloud.getInstanceMetrics(namespace, service, instance.uuid, { ...lastFiveMinutes(), period: '1m', signal }),
      TE.map(newestPoint),
      TE.map((point) => O.some(usageAt(instance, point))),
      TE.orElse((error) => (hasEnded(error) ? TE.right(O.none) : TE.left(error))),
    )

const usageAt = ({ instance_name }: Instance, point: InstanceMetricsPoint | undefined): Usage => ({
  instance: instance_name,
  memoryBytes: point?.memory_usage ?? null,
  cpuPercent: point?.cpu_utilization ?? null,
})

// An instance may end between the two calls: that is no failure.
const hasEnded = (error: AlaudaError): boolean => error._tag === 'HttpError' && error.status === 404

const lastFiveMinutes = () => {
  const end = Date.now() / 1000
  return { start: end - 300, end }
}
