import test from 'ava'
import fc from 'fast-check'
import { autoscale, workBetween } from '../src/autoscaling.js'
import { makeCurve, USER_DEMAND, valueAt } from '../src/load-curve.js'
import type { AutoscalingConfig } from '../src/service-definition.js'

const ORIGIN = 1_800_000_000
const DAY = 86_400

const config = (changed: Partial<AutoscalingConfig> = {}): AutoscalingConfig => ({
  metric_name: 'CPU_UTILIZATION',
  metric_stat: 'MEAN',
  upper_threshold: 0.7,
  lower_threshold: 0.3,
  minimum_num_instances: 1,
  maximum_num_instances: 6,
  increase_delta: 1,
  decrease_delta: 1,
  wait_period: 120,
  ...changed,
})

const demandOf = (mean: number, seed: number) => makeCurve(ORIGIN, mean, USER_DEMAND, [seed])

const aConfig = fc.integer({ min: 1, max: 6 }).map((maximum_num_instances) => config({ maximum_num_instances }))
const aDemand = fc
  .tuple(fc.double({ min: 0.5, max: 5, noNaN: true }), fc.nat())
  .map(([mean, seed]) => demandOf(mean, seed))

test('the work has no jumps, whenever the count changes or instances are overloaded', (t) => {
  fc.assert(
    fc.property(aConfig, aDemand, (scaling, demand) => {
      const autoscaled = autoscale(scaling, demand, 1, ORIGIN, ORIGIN + DAY)
      for (let time = ORIGIN; time < ORIGIN + DAY; time += 60) {
        const work = workBetween(autoscaled, time - 0.5, time + 0.5)
        t.true(time === ORIGIN || (work > 0 && work < 0.95), `${work} at ${time - ORIGIN}`)
      }
    }),
    { numRuns: 20 },
  )
})

test('the work of all instances together is the demand, unless it is more than they can do', (t) => {
  fc.assert(
    fc.property(aDemand, fc.integer({ min: 1, max: 23 }), (demand, hour) => {
      const autoscaled = autoscale(config({ maximum_num_instances: 50 }), demand, 20, ORIGIN, ORIGIN + DAY)
      const from = ORIGIN + hour * 3600
      const count = autoscaled.counts.findLast(({ at }) => at <= from)?.count ?? 0
      const each = workBetween(autoscaled, from, from + 1)
      t.true(Math.abs(each * count - valueAt(demand, from + 0.5)) < 1e-3 * valueAt(demand, from))
    }),
    { numRuns: 50 },
  )
})

test('the count stays within its bounds, changes by its delta, and waits in between', (t) => {
  fc.assert(
    fc.property(aConfig, aDemand, (scaling, demand) => {
      const { counts } = autoscale(scaling, demand, 3, ORIGIN, ORIGIN + DAY)
      for (const [index, { at, count }] of counts.entries()) {
        t.true(count >= 1 && count <= scaling.maximum_num_instances)
        const before = counts[index - 1]
        if (before === undefined) continue
        t.is(Math.abs(count - before.count), 1)
        if (index > 1) t.true(at - before.at >= 120)
      }
    }),
    { numRuns: 50 },
  )
})
