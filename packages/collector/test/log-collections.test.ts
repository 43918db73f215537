import test from 'ava'
import type { Sizes } from '../src/limits.js'
import { failuresIn, type Logger, logCollections } from '../src/log-collections.js'
import type { Failure, InstanceReading, ServiceReading, Snapshot } from '../src/snapshot.js'

type Fields = Readonly<Record<string, string | number>>
type Call = readonly [keyof Logger, string, Fields]

/** What is logged of one collection after another. */
const loggedOf = (
  snapshots: ReadonlyArray<Snapshot>,
  labels?: Readonly<Record<string, string>>,
  sizes?: Sizes,
): Call[][] => {
  let calls: Call[] = []
  const at = (level: keyof Logger) => (fields: Fields, message: string) => {
    calls.push([level, message, fields])
  }
  const told = logCollections(
    { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    labels,
    sizes,
  )
  return snapshots.map((snapshot, index) => {
    calls = []
    told(snapshot, snapshots[index - 1])
    return calls
  })
}

const changesOf = (...snapshots: ReadonlyArray<Snapshot>): Call[][] =>
  loggedOf(snapshots).map((calls) => calls.filter(([level]) => level !== 'debug'))

const failure = (message: string): Failure => ({ kind: 'NetworkError', reason: 'network', message })
const refused = (status: number): Snapshot => ({
  ...snapshot(),
  failure: { kind: 'HttpError', reason: 'server', message: `HTTP ${status}`, status },
})

const instance = (outcome: 'ok' | 'empty' | 'gone' | 'failed'): InstanceReading => {
  const instance = { uuid: 'u', name: 'web.0' }
  if (outcome === 'ok') return { instance, outcome, point: { time: 1, memoryUsageBytes: 2 } }
  if (outcome === 'failed') return { instance, outcome, failure: failure('no metrics') }
  return { instance, outcome }
}

const web = (...instances: ReadonlyArray<InstanceReading>): ServiceReading => ({
  service: { name: 'web' },
  listedTime: 100,
  instances,
  duplicates: 0,
})

const snapshot = (...services: ReadonlyArray<ServiceReading>): Snapshot => ({
  namespace: 'demo',
  startTime: 100,
  durationSeconds: 0.123456,
  lastSuccessTime: 101,
  services,
  duplicates: 0,
  leftOut: {},
  unreadableValues: {},
  futurePoints: 0,
  failures: {},
})

const failed = (message: string): Snapshot => ({ ...snapshot(), failure: failure(message) })

const counts = { namespace: 'demo', services: 0, instances: 0, durationSeconds: 0.123 }
const read: Call = ['info', 'the service list was read', counts]
const notRead = (error: string): Call => ['warn', 'the service list could not be read', { namespace: 'demo', error }]

test('each collection is logged on level debug, with what was counted', (t) => {
  const calls = loggedOf([snapshot(web(instance('ok'), instance('gone')), web()), snapshot(), failed('no')])
  t.deepEqual(
    calls.map(([first]) => first),
    [
      ['debug', 'collected', { ...counts, services: 2, instances: 2 }],
      ['debug', 'collected', counts],
      ['debug', 'collected', counts],
    ],
  )
})

test('the first success is logged, and no further one', (t) => {
  const full = snapshot(web(instance('ok'), instance('empty')))
  t.deepEqual(changesOf(full, full, snapshot()), [
    [['info', 'the service list was read', { ...counts, services: 1, instances: 2 }]],
    [],
    [],
  ])
})

test('a failure is logged once, and so is the recovery; after that it is logged again', (t) => {
  t.deepEqual(
    changesOf(snapshot(), failed('no'), failed('no, page 2'), snapshot(), snapshot(), failed('no'), snapshot()),
    [[read], [notRead('no')], [], [read], [], [notRead('no')], [read]],
  )
})

test('each kind of reason is logged once in an outage, however the reasons alternate', (t) => {
  const [down, tooMany, broken] = [refused(500), refused(429), failed('no')]
  t.deepEqual(changesOf(down, tooMany, down, broken, tooMany, broken, down, snapshot(), tooMany), [
    [notRead('HTTP 500')],
    [notRead('HTTP 429')],
    [],
    [notRead('no')],
    [],
    [],
    [],
    [read],
    [notRead('HTTP 429')],
  ])
})

test('an outage of one namespace is no other’s', (t) => {
  const [a, b] = [failed('no a'), { ...failed('no b'), namespace: 'other' }]
  t.deepEqual(changesOf(a, b).flat(), [
    notRead('no a'),
    ['warn', 'the service list could not be read', { namespace: 'other', error: 'no b' }],
  ])
})

test('duplicates are logged when they begin, and no further ones until they are gone', (t) => {
  const twins = { ...snapshot(web()), duplicates: 1 }
  const more = { ...snapshot({ ...web(), duplicates: 2 }), duplicates: 1 }
  const told = (leftOut: number): Call => [
    'warn',
    'several objects have the same labels; only the newest of them is shown',
    { namespace: 'demo', leftOut },
  ]
  t.deepEqual(changesOf(snapshot(), twins, more, twins, snapshot(), more).slice(1), [[told(1)], [], [], [], [told(3)]])
})

test('the labels distinguish collectors', (t) => {
  const unlucky = { ...snapshot(web(instance('failed'))), duplicates: 1, leftOut: { instances: 1 } }
  const calls = loggedOf([unlucky, failed('no'), snapshot()], { account: 'north' }).flat()
  t.deepEqual(new Set(calls.map(([, , fields]) => fields.account)), new Set(['north']))
  t.deepEqual(Object.keys(calls[0]?.[2] ?? {}).slice(0, 2), ['account', 'namespace'])
  t.is(calls.length, 10)
})

test('a failure right at the start is logged too', (t) => {
  t.deepEqual(changesOf(failed('no'), failed('no'), snapshot()), [[notRead('no')], [], [read]])
})

const someFail = (fields: Fields): Call => [
  'warn',
  'metrics of some instances could not be read',
  { namespace: 'demo', ...fields },
]
const allAgain: Call = ['info', 'metrics of all instances can be read again', { namespace: 'demo' }]

test('failures of instances are logged when they begin and when they have ended', (t) => {
  const fine = snapshot(web(instance('ok')))
  const one = snapshot(web(instance('ok'), instance('failed')))
  const two = snapshot(web(instance('failed')), web(instance('failed')))
  t.deepEqual(changesOf(fine, one, two, one, fine, fine, two), [
    [['info', 'the service list was read', { ...counts, services: 1, instances: 1 }]],
    [someFail({ failed: 1, first: 'no metrics' })],
    [],
    [],
    [allAgain],
    [],
    [someFail({ failed: 2, first: 'no metrics' })],
  ])
})

test('a service whose instances cannot be listed is logged in the same way', (t) => {
  const unlisted = snapshot({ ...web(), instancesFailure: failure('no list') }, web(instance('failed')))
  t.deepEqual(failuresIn(unlisted), ['no list', 'no metrics'])
  t.deepEqual(changesOf(snapshot(web()), unlisted, snapshot(web())).slice(1), [
    [someFail({ failed: 2, first: 'no list' })],
    [allAgain],
  ])
})

test('instances that have no values or have ended are no failure', (t) => {
  const fine = snapshot(web(instance('ok'), instance('empty'), instance('gone')))
  t.deepEqual(failuresIn(fine), [])
})

test('values that cannot be read are logged once by their names, and again when there were none', (t) => {
  const withUnreadable = (unreadableValues: Snapshot['unreadableValues']) => ({ ...snapshot(), unreadableValues })
  const told = (values: number, fields: string): Call => [
    'warn',
    'values are not as the API has them, and were left out',
    { namespace: 'demo', values, fields },
  ]
  const changes = changesOf(
    snapshot(),
    withUnreadable({ labels: 1, region: 2 }),
    withUnreadable({ labels: 5 }),
    withUnreadable({ labels: 1, region: 2 }),
    withUnreadable({ labels: 1, rx_errors: 1 }),
    snapshot(),
    withUnreadable({ labels: 1 }),
  )
  t.deepEqual(changes.slice(1), [[told(3, 'labels region')], [], [], [told(2, 'rx_errors')], [], [told(1, 'labels')]])
})

test('points whose time has not come are logged once', (t) => {
  const ahead = (futurePoints: number) => ({ ...snapshot(), futurePoints })
  const told = (points: number): Call => [
    'warn',
    'points of metrics are of a time that has not come, and were left out; compare the clocks of the cloud and of this machine',
    { namespace: 'demo', points },
  ]
  t.deepEqual(changesOf(snapshot(), ahead(3), ahead(4), snapshot(), ahead(1)).slice(1), [[told(3)], [], [], [told(1)]])
})

test('while the list cannot be read, its instances are not logged one by one', (t) => {
  const down = { ...snapshot(web(instance('failed'))), failure: failure('no') }
  t.deepEqual(changesOf(snapshot(web(instance('ok'))), down, snapshot(web(instance('ok')))).slice(1), [
    [notRead('no')],
    [['info', 'the service list was read', { ...counts, services: 1, instances: 1 }]],
  ])
})

test('the recovery of instances is not logged before the list can be read', (t) => {
  const one = snapshot(web(instance('failed')))
  const fine = snapshot(web(instance('ok')))
  t.deepEqual(changesOf(one, failed('no'), fine, fine).slice(1), [
    [notRead('no')],
    [['info', 'the service list was read', { ...counts, services: 1, instances: 1 }], allAgain],
    [],
  ])
  t.deepEqual(changesOf(one, failed('no'), one, fine).slice(2), [
    [['info', 'the service list was read', { ...counts, services: 1, instances: 1 }]],
    [allAgain],
  ])
})

test('instances beyond the limit are logged once', (t) => {
  const guarded = { ...snapshot(), leftOut: { instances: 3 } }
  t.deepEqual(changesOf(snapshot(), guarded, guarded).slice(1), [
    [['warn', 'there are more instances than the limit', { namespace: 'demo', leftOut: 3 }]],
    [],
  ])
})

const sized = (...sizes: ReadonlyArray<string>) =>
  snapshot(...sizes.map((size) => ({ ...web(), service: { name: 'web', size } })))

const sizesMissing = (sizes: string): Call => [
  'info',
  'the CPU limit of these instance sizes is unknown, so that CPU near the limit cannot be detected; add them to sizes in the settings file, or to the option sizes',
  { namespace: 'demo', sizes },
]

/** What is logged of sizes, collection by collection. */
const sizesLogged = (snapshots: ReadonlyArray<Snapshot>, sizes?: Sizes): Call[][] =>
  loggedOf(snapshots, {}, sizes).map((calls) => calls.filter(([, , fields]) => 'sizes' in fields))

test('a size whose CPU limit is unknown is logged once, whatever comes between', (t) => {
  t.deepEqual(
    sizesLogged([sized('XS', 'S', 'XS'), sized('S', 'XS'), sized('S', 'M'), snapshot(), sized('XS', 'M')], {
      S: { memory: 1 },
    }),
    [[sizesMissing('S XS')], [], [sizesMissing('M')], [], []],
  )
})

test('sizes that are known, custom ones and absent ones are not logged', (t) => {
  const custom = { name: 'web', size: 'own', cpuLimitCores: 1 }
  const services = [{ ...web(), service: custom }, web(), ...sized('XS', '').services]
  t.deepEqual(sizesLogged([snapshot(...services)], { XS: { cpu: 0.25 } }), [[]])
})

test('a cloud that invents sizes cannot fill the log', (t) => {
  const invented = Array.from({ length: 200 }, (_, collection) => sized(`size-${collection}`, 'x'.repeat(65)))
  t.is(sizesLogged(invented).flat().length, 50)
})
