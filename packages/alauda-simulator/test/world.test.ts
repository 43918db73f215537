import test from 'ava'
import fc from 'fast-check'
import {
  type AutoscalingConfig,
  type Change,
  type ChangeOfService,
  type CpuUtilization,
  createWorld,
  type InstanceState,
  type ServiceDefinition,
  type ServiceState,
  type World,
} from '../src/index.js'

// Fewer worlds by default: all of them take minutes.
const isFullSize = Boolean(process.env.E2E_FULL_SIZE)

const startTime = 1_800_000_000
const hour = 3_600

const autoscaling: AutoscalingConfig = {
  metric_name: 'CPU_UTILIZATION',
  metric_stat: 'MEAN',
  upper_threshold: 0.7,
  lower_threshold: 0.3,
  minimum_num_instances: 1,
  maximum_num_instances: 5,
  increase_delta: 1,
  decrease_delta: 1,
  wait_period: 60,
}

const restless: ReadonlyArray<ServiceDefinition> = [
  {
    service_name: 'restless',
    image_name: 'a',
    target_num_instances: 3,
    disturbance: { kind: 'restart', every: 900, first: 60 },
  },
  {
    service_name: 'redeployed',
    image_name: 'b',
    target_num_instances: 2,
    disturbance: { kind: 'redeploy', every: 1_200, first: 30 },
  },
  { service_name: 'scaled', image_name: 'c', scaling_mode: 'AUTO', autoscaling_config: autoscaling },
  { service_name: 'calm', image_name: 'd', target_num_instances: 2 },
]

/** A young world in which far more happens than in a real one. */
const busyWorld = (seed: number, cpuUtilization?: CpuUtilization): World =>
  apply(
    createWorld({ seed, origin: startTime, services: [], ...(cpuUtilization === undefined ? {} : { cpuUtilization }) }),
    restless.map((service) => ({ at: startTime - 2 * hour, action: 'create', service })),
  )

const aService = fc.constantFrom('restless', 'redeployed', 'scaled', 'calm')
const aTime = fc.integer({ min: startTime - hour, max: startTime + 2 * hour })

const aChange: fc.Arbitrary<ChangeOfService> = fc.oneof(
  fc.record({
    at: aTime,
    action: fc.constant('update' as const),
    service: aService,
    set: fc.oneof(
      fc.record({ target_num_instances: fc.integer({ min: 0, max: 5 }) }),
      fc.record({ image_tag: fc.constantFrom('1', '2', '3') }),
      fc.record({ custom_instance_size: fc.constantFrom({ cpu: 0.5, mem: 1024 }, { cpu: 2, mem: 4096 }) }),
      fc.record({ scaling_mode: fc.constantFrom('AUTO', 'MANUAL'), autoscaling_config: fc.constant(autoscaling) }),
    ),
  }),
  fc.record({
    at: aTime,
    action: fc.constantFrom('start' as const, 'stop' as const, 'redeploy' as const),
    service: aService,
  }),
  fc.record({ at: aTime, action: fc.constant('delete' as const), service: aService }),
)

const someChanges = fc.array(aChange, { maxLength: 8 }).map((changes) => changes.toSorted((a, b) => a.at - b.at))

/** Applies what can be applied: a deleted service takes no more changes. */
const apply = (world: World, changes: ReadonlyArray<Change>): World => {
  for (const change of changes) {
    const named = change.action === 'create' ? undefined : change.service
    if (named === undefined || world.serviceAt(named, change.at) !== undefined) world.change(change)
  }
  return world
}

const everyInstance = (world: World, t: number): [ServiceState, InstanceState][] =>
  world
    .stateAt(t)
    .services.flatMap((service) =>
      service.instances.map((instance): [ServiceState, InstanceState] => [service, instance]),
    )

const everythingAt = (world: World, t: number) => ({
  ...world.stateAt(t),
  points: everyInstance(world, t).map(([, { uuid }]) => world.pointAt(uuid, t)),
})

test('the same question has the same answer, regardless of earlier questions', (t) => {
  fc.assert(
    fc.property(fc.nat(99), someChanges, fc.array(aTime, { minLength: 1, maxLength: 8 }), (seed, changes, times) => {
      const asked = apply(busyWorld(seed), changes)
      for (const time of times) everythingAt(asked, time)
      for (const time of times) {
        t.deepEqual(everythingAt(asked, time), everythingAt(apply(busyWorld(seed), changes), time))
      }
    }),
    { numRuns: isFullSize ? 25 : 8 },
  )
})

test('a later change does not alter the past', (t) => {
  fc.assert(
    fc.property(fc.nat(99), someChanges, aTime, fc.nat(2 * hour), (seed, changes, now, ago) => {
      const past = changes.filter(({ at }) => at <= now)
      const known = apply(busyWorld(seed), past)
      const surprised = apply(busyWorld(seed), changes)
      for (const time of [now, now - ago]) t.deepEqual(everythingAt(surprised, time), everythingAt(known, time))
    }),
    { numRuns: isFullSize ? 40 : 13 },
  )
})

test('in a container’s life no counter falls, and CPU time always grows', (t) => {
  fc.assert(
    fc.property(fc.nat(99), someChanges, aTime, fc.integer({ min: 1, max: hour }), (seed, changes, now, step) => {
      const world = apply(busyWorld(seed), changes)
      for (const [, { uuid, started_at }] of everyInstance(world, now)) {
        const point = world.pointAt(uuid, now)
        const earlier = world.pointAt(uuid, Math.max(started_at, now - step))
        if (point === undefined || earlier === undefined) return t.fail('a living instance has no point')
        if (point.time > earlier.time) t.true(point.cpu_cumulative_usage > earlier.cpu_cumulative_usage)
        t.true(earlier.cpu_cumulative_usage >= 0)
        t.true(point.rx_bytes >= earlier.rx_bytes && point.tx_bytes >= earlier.tx_bytes)
        t.true(point.rx_errors >= earlier.rx_errors && point.tx_errors >= earlier.tx_errors)
      }
    }),
    { numRuns: isFullSize ? 60 : 20 },
  )
})

test('the utilisation is the mean since the container started, of one core, as in the vendor’s sample', (t) => {
  fc.assert(
    fc.property(fc.nat(99), someChanges, aTime, (seed, changes, now) => {
      const world = apply(busyWorld(seed), changes)
      for (const [, { uuid, started_at }] of everyInstance(world, now)) {
        const point = world.pointAt(uuid, now)
        if (point === undefined) return t.fail('a living instance has no point')
        const { cpu_cumulative_usage, cpu_utilization } = point
        t.is(cpu_utilization, now === started_at ? 0 : 100 * (cpu_cumulative_usage / 1e9 / (now - started_at)))
      }
    }),
    { numRuns: isFullSize ? 60 : 20 },
  )
})

test('where the utilisation is momentary, CPU time is its integral, across every change', (t) => {
  fc.assert(
    fc.property(fc.nat(99), someChanges, aTime, (seed, changes, now) => {
      const world = apply(busyWorld(seed, 'momentary'), changes)
      for (const [, { uuid, started_at }] of everyInstance(world, now)) {
        const from = Math.max(Math.ceil(started_at), now - 300)
        let shown = 0
        for (let time = from + 1; time <= now; time += 1)
          shown += (world.pointAt(uuid, time)?.cpu_utilization ?? 0) / 100
        const [first, last] = [world.pointAt(uuid, from), world.pointAt(uuid, now)]
        if (first === undefined || last === undefined) return t.fail('a living instance has no point')
        const cores = coresOf(world, uuid, now)
        const counted = (last.cpu_cumulative_usage - first.cpu_cumulative_usage) / 1e9 / cores
        t.true(Math.abs(counted - shown) <= 1e-6 * Math.max(1, shown), `${counted} is not ${shown}`)
      }
    }),
    { numRuns: isFullSize ? 25 : 8 },
  )
})

test('utilisation and memory stay within their limits', (t) => {
  fc.assert(
    fc.property(fc.nat(99), someChanges, aTime, (seed, changes, now) => {
      const world = apply(busyWorld(seed, 'momentary'), changes)
      for (const [, { uuid, started_at }] of everyInstance(world, now)) {
        const point = world.pointAt(uuid, now)
        if (point === undefined) return t.fail('a living instance has no point')
        t.true(point.cpu_utilization < 95 && point.cpu_utilization >= (now > started_at ? 2 : 0))
        t.true(point.memory_usage > 0 && point.memory_utilization < 95)
        for (const whole of [point.cpu_cumulative_usage, point.memory_usage, point.rx_bytes, point.tx_bytes]) {
          t.true(Number.isInteger(whole))
        }
      }
    }),
    { numRuns: isFullSize ? 60 : 20 },
  )
})

test('two instances have the same name only while their service is being deployed', (t) => {
  fc.assert(
    fc.property(fc.nat(99), someChanges, aTime, (seed, changes, now) => {
      for (const service of apply(busyWorld(seed), changes).stateAt(now).services) {
        const names = new Set(service.instances.map(({ instance_name }) => instance_name))
        if (names.size < service.instances.length) t.true(service.is_deploying)
        t.is(new Set(service.instances.map(({ uuid }) => uuid)).size, service.instances.length)
        t.true(names.size <= service.target_num_instances)
      }
    }),
    { numRuns: isFullSize ? 200 : 66 },
  )
})

test('an impossible change is an error with its reason', (t) => {
  const world = createWorld({ origin: startTime, services: [{ service_name: 'web', image_name: 'nginx' }] })
  t.throws(() => world.change({ at: startTime, action: 'stop', service: 'none' }), { message: /no service none/ })
  t.throws(() => world.change({ at: startTime, action: 'create', service: { service_name: 'web', image_name: 'x' } }), {
    message: /a service web already/,
  })
  t.throws(() => world.change({ at: startTime, action: 'restart', service: 'web', ordinal: 7 }), {
    message: /no instance web\.7/,
  })
})

test('a name is free again once its service is deleted', (t) => {
  const world = createWorld({ origin: startTime, services: [{ service_name: 'web', image_name: 'nginx' }] })
  const first = world.serviceAt('web', startTime)
  world.change({ at: startTime + 1, action: 'delete', service: 'web' })
  t.is(world.serviceAt('web', startTime + 1), undefined)
  world.change({ at: startTime + 2, action: 'create', service: { service_name: 'web', image_name: 'nginx' } })
  t.not(world.serviceAt('web', startTime + 2)?.uuid, first?.uuid)
  t.is(world.serviceAt('web', startTime)?.uuid, first?.uuid)
})

/** The cores of one instance: derived from its memory, since the sizes of this world differ in both. */
const coresOf = (world: World, uuid: string, now: number): number => {
  const point = world.pointAt(uuid, now)
  const mebibytes = Math.round((point?.memory_usage ?? 0) / ((point?.memory_utilization ?? 1) / 100) / 1_048_576)
  return { 1024: 0.5, 4096: 2 }[mebibytes] ?? 0.25
}
