import type { Change, Fault, ServiceDefinition, World } from '@alauda-exporter/alauda-simulator'
import fc from 'fast-check'

/** Something that happens in the cloud, and how the time goes on after it. */
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

/** What every sequence of steps begins with. */
export const firstServices: ReadonlyArray<ServiceDefinition> = [definition('web', 2), definition('api', 1)]

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

const retryAfter = fc.record(
  { retryAfter: fc.integer({ min: 1, max: 40 }), retryAfterAs: fc.constantFrom('seconds', 'date') },
  { requiredKeys: [] },
)

const answers: fc.Arbitrary<Fault> = fc.oneof(
  anyCall.map((calls): Fault => ({ ...calls, kind: 'hang' })),
  fc.tuple(anyCall, fc.boolean()).map(([calls, chunked]): Fault => ({ ...calls, kind: 'reset', chunked })),
  fc.tuple(anyCall, fc.boolean()).map(([calls, chunked]): Fault => ({ ...calls, kind: 'gzip', chunked })),
  fc
    .tuple(anyCall, fc.constantFrom(200, 502))
    .map(([calls, status]): Fault => ({ ...calls, kind: 'html-page', status })),
  fc
    .tuple(anyCall, fc.constantFrom('too-many-requests', 'unavailable'), retryAfter)
    .map(([calls, kind, later]): Fault => ({ ...calls, ...later, kind })),
  fc
    .tuple(anyCall, fc.constantFrom('truncated-json', 'server-error', 'forbidden', 'empty-body', 'chunked'))
    .map(([calls, kind]): Fault => ({ ...calls, kind })),
  fc.integer({ min: 1, max: 12 }).map((callsPerMinute): Fault => ({ kind: 'quota', callsPerMinute })),
  fc.constantFrom<Fault>({ kind: 'token-revoked' }, { kind: 'login-refused' }),
)

const contents: fc.Arbitrary<Fault> = fc.oneof(
  fc
    .tuple(someCalls, fc.constantFrom('no-points', 'null-values', 'instance-gone'))
    .map(([calls, kind]): Fault => ({ ...calls, kind })),
  fc
    .tuple(someCalls, fc.integer({ min: 30, max: 400 }))
    .map(([calls, seconds]): Fault => ({ ...calls, kind: 'late-points', seconds })),
  fc
    .tuple(
      fc.constantFrom('duplicate-service', 'duplicate-instance'),
      fc.constantFrom(...names),
      fc.constantFrom(-60, 60),
    )
    .map(([kind, service, startedAfter]): Fault => ({ kind, service, startedAfter })),
)

/** By how many seconds a cloud's clock may be ahead. */
export const clockErrors = [-150, -30, 30, 120]

const wrongClocks = fc
  .tuple(someCalls, fc.constantFrom(...clockErrors))
  .map(([calls, seconds]): Fault => ({ ...calls, kind: 'wrong-clock', seconds }))

// Not delays, which only take the test's own time, and not churn, which happens between two pages of a list.
const faults = fc.oneof(answers, contents)

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

export const steps = stepsUnder(faults)
export const stepsWithWrongClocks = stepsUnder(fc.oneof(faults, wrongClocks))

const answerings = new Set<Fault['kind']>(['gzip', 'chunked', 'quota', 'token-revoked'])

const mayStrikeLogins = (fault: Fault): boolean =>
  (!('endpoint' in fault) || fault.endpoint === undefined || fault.endpoint === 'login') &&
  !('service' in fault) &&
  !answerings.has(fault.kind)

/** For how many seconds at most clients have to keep away, or cannot tell old from new, when all this is over. */
export const keptAwayBy = (taken: ReadonlyArray<CloudStep>): number => {
  const faults = taken.flatMap((step) => step.faults)
  const kinds = new Set(faults.map(({ kind }) => kind))
  // Its times seem to come later than those that are true.
  if (kinds.has('wrong-clock')) return 300
  // A login without a token backs off, whatever came in its place.
  if (kinds.has('login-refused') || faults.some(mayStrikeLogins)) return 300
  return kinds.has('quota') || kinds.has('too-many-requests') || kinds.has('unavailable') ? 60 : 0
}
