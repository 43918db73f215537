import { integral, type LoadCurve, valueAt } from './load-curve.js'
import type { AutoscalingConfig } from './service-definition.js'

/** From `at` on, the service wants `count` instances. */
export interface CountStep {
  readonly at: number
  readonly count: number
}

/** From `from` on, each instance's work is the demand divided by `divisor`; `done` is its work before that. */
interface Span {
  readonly from: number
  readonly divisor: number
  readonly done: number
}

/** Autoscaling over a period: the number of instances, and the work of each. */
export type Autoscaled = ReturnType<typeof autoscale>

/** The cloud checks the load once a minute. */
const decisionPeriod = 60

/** Maximum utilization of an instance: beyond it users wait. The rest is headroom for changes within a minute. */
const fullShare = 0.75

/** Scales with the demand from `from` to `until` as the cloud does, starting with `count` instances. */
export const autoscale = (config: AutoscalingConfig, demand: LoadCurve, count: number, from: number, until: number) => {
  const { minimum_num_instances: minimum, maximum_num_instances: maximum } = config
  const clamp = (wanted: number): number => Math.max(minimum, Math.min(maximum, wanted))
  const divisorFor = (total: number): number => Math.max(wanted, total / fullShare)

  let wanted = clamp(count)
  let changedAt = Number.NEGATIVE_INFINITY
  let span: Span = { from, divisor: divisorFor(valueAt(demand, from)), done: 0 }
  const counts: CountStep[] = [{ at: from, count: wanted }]
  const spans: Span[] = [span]

  const firstDecision = demand.origin + Math.ceil((from - demand.origin) / decisionPeriod) * decisionPeriod
  for (let t = firstDecision; t < until; t += decisionPeriod) {
    const total = valueAt(demand, t)
    const load = total / wanted
    const tooFew = load > config.upper_threshold ? config.increase_delta : 0
    const tooMany = load < config.lower_threshold ? config.decrease_delta : 0
    const better = clamp(wanted + tooFew - tooMany)
    if (better !== wanted && t - changedAt >= config.wait_period) {
      wanted = better
      changedAt = t
      counts.push({ at: t, count: wanted })
    }
    const divisor = divisorFor(total)
    if (divisor !== span.divisor) {
      span = { from: t, divisor, done: span.done + integral(demand, span.from, t) / span.divisor }
      spans.push(span)
    }
  }
  return { demand, counts, spans }
}

/** The work of an average instance between two times, in seconds of a fully busy instance. */
export const workBetween = ({ demand, spans }: Autoscaled, from: number, to: number): number => {
  const doneAt = (t: number): number => {
    const span = spans.findLast((candidate) => candidate.from <= t)
    return span === undefined ? 0 : span.done + integral(demand, span.from, t) / span.divisor
  }
  return doneAt(to) - doneAt(from)
}
