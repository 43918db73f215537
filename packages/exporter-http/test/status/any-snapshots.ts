import type { InstanceReading, ServiceReading } from '@alauda-exporter/collector'
import fc from 'fast-check'
import { snapshot, timeout } from './snapshots.js'

const hostile = fc.constantFrom(
  '<script>alert(1)</script>',
  '" onclick="alert(1)',
  "' autofocus onfocus='alert(1)",
  '</tbody></table><img src=x onerror=alert(1)>',
  '<!--',
  ']]>',
  '$&',
  '灵雀云',
  'a\nb\r\nc\0',
  '\uD800',
  'x\uDC00y',
  '&lt;b&gt;',
  '__proto__',
  'constructor',
  'x'.repeat(1_000_000),
)
const codeUnits = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units))
export const text = fc.oneof(hostile, fc.string({ unit: 'binary' }), codeUnits)
const number = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(0, -1, 1e300, Number.NaN))

const some = <A extends object>(model: { [K in keyof A]: fc.Arbitrary<A[K]> }) => fc.record(model, { requiredKeys: [] })

const point = fc
  .tuple(
    number,
    some({
      cpuUsageSeconds: number,
      cpuUtilizationRatio: number,
      memoryUsageBytes: number,
      memoryUtilizationRatio: number,
      networkReceiveBytes: number,
    }),
  )
  .map(([time, values]) => ({ time, ...values }))

const failure = text.map((message) => ({ ...timeout, message }))

const instance: fc.Arbitrary<InstanceReading> = fc
  .tuple(text, text, number, point, failure, fc.constantFrom('ok', 'empty', 'gone', 'failed'))
  .map(([uuid, name, startTime, values, why, outcome]) => {
    const named = { instance: { uuid, name, startTime } }
    if (outcome === 'ok') return { ...named, outcome, point: values }
    return outcome === 'failed' ? { ...named, outcome, failure: why, point: values } : { ...named, outcome }
  })

const service: fc.Arbitrary<ServiceReading> = fc.record({
  service: fc
    .tuple(
      text,
      some({
        project: text,
        space: text,
        region: text,
        size: text,
        image: text,
        imageTag: text,
        status: fc.oneof(text, fc.constant('Running')),
        targetInstances: number,
        startedInstances: number,
      }),
    )
    .map(([name, rest]) => ({ name, ...rest })),
  listedTime: fc.oneof(number, fc.constant(1000)),
  instances: fc.array(instance, { maxLength: 4 }),
  duplicates: fc.nat(3),
})

/** Any collection of a namespace. */
export const collected = fc
  .tuple(text, fc.array(service, { maxLength: 5 }), fc.option(failure), number)
  .map(([namespace, services, why, durationSeconds]) =>
    snapshot(services, { namespace, durationSeconds, ...(why === null ? {} : { failure: why }) }),
  )
