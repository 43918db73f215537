import {
  type Change,
  FAULT_KINDS,
  type Fault,
  type FaultKind,
  type ServiceDefinition,
  type World,
} from '@alauda-exporter/alauda-simulator'
import fc from 'fast-check'
import { decodeFaults } from '../../packages/alauda-simulator/src/fault.js'

/** An event in the cloud, and the time that passes after it. */
export interface CloudStep {
  readonly changes: ReadonlyArray<StepChange>
  /** Takes the place of the faults of the step before. `until` is counted from the step's beginning. */
  readonly faults: ReadonlyArray<Fault>
  readonly seconds: number
  /** How long a scrape waits at the end of the step, where scrapes are what is collected at. */
  readonly scrapeSeconds: number
}

interface StepChange {
  readonly action: Change['action']
  readonly service: string
  /** How many instances, or which one. */
  readonly number: number
  /** Counted from the step's beginning; nothing is created but at once. */
  readonly afterSeconds: number
}

const names = ['web', 'api', 'cache', 'queue']

const definition = (service_name: string, target_num_instances: number): ServiceDefinition => ({
  service_name,
  image_name: 'index.alauda.cn/demo/app',
  target_num_instances,
})

// With these the list has a second page, which begins with `api`: the cloud's pages have 20 services each.
const idle = Array.from(
  { length: 19 },
  (_, index): ServiceDefinition => ({ ...definition(`idle-${index + 1}`, 1), target_state: 'STOPPED' }),
)

/** What every sequence of steps begins with. */
export const firstServices: ReadonlyArray<ServiceDefinition> = [definition('web', 2), ...idle, definition('api', 1)]

const changes: fc.Arbitrary<StepChange> = fc.record({
  action: fc.constantFrom('create', 'update', 'start', 'stop', 'delete', 'redeploy', 'restart'),
  service: fc.constantFrom(...names),
  number: fc.integer({ min: 0, max: 3 }),
  afterSeconds: fc.constantFrom(0, 0, 5, 40, 100),
})

/** Lets it happen where it can: nothing happens to what is not there. */
export const applyChange = (world: World, now: number, { action, service, number, afterSeconds }: StepChange): void => {
  if (action === 'create') {
    const isFree = world.serviceAt(service, now) === undefined
    if (isFree) world.change({ action, at: now, service: definition(service, number) })
    return
  }
  const at = now + afterSeconds
  const there = world.serviceAt(service, at)
  if (there === undefined) return
  if (action === 'update') world.change({ action, at, service, set: { target_num_instances: number } })
  else if (action !== 'restart') world.change({ action, at, service })
  else if (there.instances.some(({ ordinal }) => ordinal === number)) {
    world.change({ action, at, service, ordinal: number })
  }
}

const some = {
  share: fc.constantFrom(0.3, 0.6),
  seed: fc.nat(9),
  until: fc.integer({ min: 5, max: 90 }),
}

// As often as not a fault lasts, and strikes all calls of its kind: only so does it outlast what is known.
const anyCall = fc.oneof(
  fc.constantFrom({}, { endpoint: 'listServices' as const }, { endpoint: 'getInstanceMetrics' as const }),
  fc.record(
    {
      endpoint: fc.constantFrom('listServices', 'getInstanceMetrics', 'login'),
      times: fc.integer({ min: 1, max: 4 }),
      ...some,
    },
    { requiredKeys: [] },
  ),
)

const someCalls = fc.oneof(
  fc.constant({}),
  fc.record({ service: fc.constantFrom(...names), ...some }, { requiredKeys: [] }),
)

const retryAfter = {
  retryAfter: fc.constantFrom(undefined, 1, 20, 40),
  retryAfterAs: fc.constantFrom('seconds', 'date'),
}

const anyText = fc.constantFrom(
  '{"detail":"Request was throttled."}',
  '{"error":{"code":"quota_exceeded"}}',
  '{"token":"unknown"}',
  '{"count":"many","results":[{"service_name":null}]}',
  ...['', 'null', '[]', '{}', '"Service Unavailable"', '1', '[[[[1]]]]'],
)

const having = (calls: fc.Arbitrary<object>, fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.tuple(calls, fc.record(fields)).map(([selected, more]) => ({ ...selected, ...more }))

const duplicate = fc.record({ service: fc.constantFrom(...names), startedAfter: fc.constantFrom(-60, 60) })

// What no column can hold: with a value that one can, the cloud would say something true for all that a client knows.
const unusable = fc.constantFrom<unknown>(null, 'N/A', -1, '-1', true, [1], { value: 1 }, 1e30)
const columns = fc.subarray(['time', 'cpu_cumulative_usage', 'memory_usage', 'memory_utilization', 'rx_errors'], {
  minLength: 1,
})

/** By how many seconds a cloud's clock may be ahead. */
export const clockErrors = [-150, -30, 30, 120]

/** The fields of a fault beside its kind. The compiler sees to it that no kind is forgotten. */
const fieldsByKind: Readonly<Record<FaultKind, fc.Arbitrary<object>>> = {
  delay: fc.record({ ms: fc.integer({ min: 0, max: 3 }) }),
  'heavy-tailed-delay': fc.constant({ medianMs: 1, maxMs: 3 }),
  hang: anyCall,
  reset: having(anyCall, { chunked: fc.boolean() }),
  'truncated-json': anyCall,
  'html-page': having(anyCall, { status: fc.constantFrom(200, 404, 502) }),
  answer: having(anyCall, { status: fc.constantFrom(200, 200, 204, 400, 404, 423, 500), text: anyText }),
  padded: having(anyCall, { bytes: fc.constantFrom(1_000, 100_000, 5_000_000), gzip: fc.boolean() }),
  'server-error': anyCall,
  'too-many-requests': having(anyCall, retryAfter),
  unavailable: having(anyCall, retryAfter),
  'token-revoked': fc.constant({}),
  forbidden: anyCall,
  'login-refused': fc.constant({}),
  'empty-body': anyCall,
  'no-points': someCalls,
  'null-values': fc.oneof(someCalls, having(someCalls, { columns })),
  'replaced-values': having(someCalls, { columns, value: unusable, newest: fc.boolean() }),
  'wrong-count': fc.record({ count: fc.constantFrom(0, 1, 20, 22, 1000, 1e15, -1, 0.5) }),
  'repeated-page': fc.constant({}),
  'late-points': having(someCalls, { seconds: fc.integer({ min: 30, max: 400 }) }),
  'instance-gone': someCalls,
  churn: fc.record({ deletes: fc.subarray([...names, 'idle-1']), creates: fc.subarray(['late-1', 'late-2']) }),
  'duplicate-service': duplicate,
  'duplicate-instance': duplicate,
  'wrong-clock': having(someCalls, { seconds: fc.constantFrom(...clockErrors) }),
  gzip: having(anyCall, { chunked: fc.boolean() }),
  chunked: anyCall,
  redirect: having(anyCall, { to: fc.constant('http://elsewhere.example/v1/') }),
  quota: fc.record({ callsPerMinute: fc.integer({ min: 1, max: 12 }) }),
}

/** Any fault of one of these kinds. */
export const faultOf = (...kinds: ReadonlyArray<FaultKind>): fc.Arbitrary<Fault> =>
  fc.oneof(
    ...kinds.map((kind) =>
      fieldsByKind[kind].map((fields) => {
        const { faults, wrong } = decodeFaults([{ ...fields, kind }])
        if (faults[0] === undefined) throw new Error(wrong.join('\n'))
        return faults[0]
      }),
    ),
  )

const stepsUnder = (fault: fc.Arbitrary<Fault>): fc.Arbitrary<ReadonlyArray<CloudStep>> =>
  fc.array(
    fc.record({
      changes: fc.array(changes, { maxLength: 2 }),
      faults: fc.array(fault, { maxLength: 2 }),
      seconds: fc.oneof(fc.constant(60), fc.integer({ min: 1, max: 200 }), fc.integer({ min: 301, max: 400 })),
      scrapeSeconds: fc.constantFrom(0.5, 9.5, 60),
    }),
    { minLength: 1, maxLength: 5 },
  )

/** Whether the cloud leaves out some values of what it gives otherwise. */
export const leavesOutValues = (taken: ReadonlyArray<CloudStep>): boolean =>
  taken.some(({ faults }) => faults.some(({ kind }) => kind === 'null-values' || kind === 'replaced-values'))

/** The clock is right here: a cloud with a wrong one takes true values for those of another time. */
export const kindsWithRightClock = FAULT_KINDS.filter((kind) => kind !== 'wrong-clock')

export const steps = stepsUnder(faultOf(...kindsWithRightClock))
export const stepsWithWrongClocks = stepsUnder(fc.oneof(faultOf(...kindsWithRightClock), faultOf('wrong-clock')))

const answerings = new Set<FaultKind>(['delay', 'heavy-tailed-delay', 'gzip', 'chunked', 'quota', 'token-revoked'])

const mayStrikeLogins = (fault: Fault): boolean =>
  (!('endpoint' in fault) || fault.endpoint === undefined || fault.endpoint === 'login') &&
  !('service' in fault) &&
  !answerings.has(fault.kind)

/** Maximum number of seconds after these steps during which clients must wait, or cannot distinguish old points from new. */
export const keptAwayBy = (taken: ReadonlyArray<CloudStep>): number => {
  const faults = taken.flatMap((step) => step.faults)
  const kinds = new Set(faults.map(({ kind }) => kind))
  // Its times seem to come later than those that are true.
  if (kinds.has('wrong-clock')) return 300
  // A login without a token backs off, whatever came in its place.
  if (kinds.has('login-refused') || faults.some(mayStrikeLogins)) return 300
  return kinds.has('quota') || kinds.has('too-many-requests') || kinds.has('unavailable') ? 60 : 0
}
