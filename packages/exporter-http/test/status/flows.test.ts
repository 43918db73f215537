import type { Snapshot } from '@alauda-exporter/collector'
import test from 'ava'
import fc from 'fast-check'
import { type Flows, flowsAfter, ratesOf } from '../../src/status/history.js'
import { finished } from '../helpers/steps.js'
import { ok, reading, snapshot, timeout } from './snapshots.js'

const createFlows = () => {
  let flows: Flows = new Map()
  return {
    add: (snapshot: Snapshot) => {
      flows = finished(flowsAfter(flows, snapshot))
    },
    ratesOf: (uuid: string) => ratesOf(flows.get(uuid)),
  }
}

const seen = (...readings: Parameters<typeof reading>[1] & {}) => snapshot([reading({ name: 'web' }, readings)])

test('a rate takes two points, by their own times', (t) => {
  const flows = createFlows()
  flows.add(seen(ok('a', { time: 100, cpuUsageSeconds: 7, networkReceiveBytes: 1000, networkTransmitBytes: 0 })))
  t.deepEqual(flows.ratesOf('a'), {})
  flows.add(seen(ok('a', { time: 110, cpuUsageSeconds: 9.5, networkReceiveBytes: 1500, networkTransmitBytes: 20 })))
  t.deepEqual(flows.ratesOf('a'), { cores: 0.25, receive: 50, transmit: 2 })
})

test('the same point again changes nothing', (t) => {
  const flows = createFlows()
  for (const time of [100, 110, 110, 110]) flows.add(seen(ok('a', { time, networkReceiveBytes: time })))
  t.deepEqual(flows.ratesOf('a'), { receive: 1 })
})

test('a counter that falls, or is not there, has no rate; never a negative one', (t) => {
  const flows = createFlows()
  flows.add(seen(ok('a', { time: 100, networkReceiveBytes: 1000, networkTransmitBytes: 5 })))
  flows.add(seen(ok('a', { time: 110, networkReceiveBytes: 10 })))
  t.deepEqual(flows.ratesOf('a'), {})
})

test('a point from before the last one is a new beginning', (t) => {
  const flows = createFlows()
  flows.add(seen(ok('a', { time: 100, networkReceiveBytes: 1000 })))
  flows.add(seen(ok('a', { time: 90, networkReceiveBytes: 2000 })))
  t.deepEqual(flows.ratesOf('a'), {})
})

test('another container of the same name starts again, and one that is gone is forgotten', (t) => {
  const flows = createFlows()
  flows.add(seen(ok('a', { time: 100, networkReceiveBytes: 1000 }, 'web.0')))
  flows.add(seen(ok('b', { time: 110, networkReceiveBytes: 5000 }, 'web.0')))
  t.deepEqual(flows.ratesOf('b'), {})
  flows.add(seen(ok('a', { time: 120, networkReceiveBytes: 9000 }, 'web.0')))
  t.deepEqual(flows.ratesOf('a'), {})
})

test('over a failure in between, the rate is from the points on both sides', (t) => {
  const flows = createFlows()
  const instance = { uuid: 'a', name: 'web.0' }
  flows.add(seen(ok('a', { time: 100, networkReceiveBytes: 0 })))
  flows.add(seen({ instance, outcome: 'failed', failure: timeout }))
  flows.add(seen(ok('a', { time: 120, networkReceiveBytes: 100 })))
  t.deepEqual(flows.ratesOf('a'), { receive: 5 })
})

test('whatever the counters say, no rate is negative or not finite', (t) => {
  const point = fc.record({
    time: fc.integer({ min: 0, max: 1000 }),
    networkReceiveBytes: fc.double({ min: 0, max: 1e15, noNaN: true }),
    cpuUsageSeconds: fc.double({ min: 0, max: 1e10, noNaN: true }),
    networkTransmitBytes: fc.double({ min: 0, max: 1e15, noNaN: true }),
  })
  fc.assert(
    fc.property(fc.array(point), (points) => {
      const flows = createFlows()
      for (const each of points) {
        flows.add(seen(ok('a', each)))
        for (const rate of Object.values(flows.ratesOf('a'))) t.true(rate >= 0 && Number.isFinite(rate))
      }
    }),
  )
})

test('the documented points: what the instance was using, not the mean over its life beside it', (t) => {
  const flows = createFlows()
  flows.add(
    seen(ok('a', { time: 1433753087, cpuUsageSeconds: 0.310327527, cpuUtilizationRatio: 0.0001271685307576187 })),
  )
  flows.add(
    seen(ok('a', { time: 1433753089, cpuUsageSeconds: 0.310527696, cpuUtilizationRatio: 0.00012714308333173054 })),
  )
  t.is(flows.ratesOf('a').cores?.toFixed(10), '0.0001000845')
})
