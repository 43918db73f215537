import test from 'ava'
import fc from 'fast-check'
import { type ArmedFault, arm, type Chosen, choose, type FaultCall, isRevoked } from '../src/fault-choice.js'
import type { Fault, FaultSelector } from '../src/index.js'

const NOW = 1_800_000_000
const KIBANA: FaultCall = {
  endpoint: 'getInstanceMetrics',
  service: ['kibana', 'uuid-of-kibana'],
  instance: ['uuid-of-kibana.0', 'kibana.0'],
  now: NOW,
  token: { value: 'first', number: 0, issuedAt: NOW - 60 },
}
const PAGE_2: FaultCall = { endpoint: 'listServices', service: [], instance: [], page: 2, now: NOW }
const LOGIN: FaultCall = { endpoint: 'login', service: [], instance: [], now: NOW }

/** What befalls the calls one after the other. */
function befalls(faults: readonly Fault[], calls: readonly FaultCall[]): Chosen[] {
  let armed: readonly ArmedFault[] = faults.map((fault) => arm(fault, 1))
  return calls.map((call) => {
    const { chosen, faults: after } = choose(armed, call)
    armed = after
    return chosen
  })
}

const kinds = (faults: readonly Fault[], calls: readonly FaultCall[]) =>
  befalls(faults, calls).map(({ answer }) => answer?.kind)

const selectors: [string, FaultSelector, FaultCall, boolean][] = [
  ['no selector', {}, KIBANA, true],
  ['its endpoint', { endpoint: 'getInstanceMetrics' }, KIBANA, true],
  ['another endpoint', { endpoint: 'getInstance' }, KIBANA, false],
  ['its service’s name', { service: 'kibana' }, KIBANA, true],
  ['its service’s uuid', { service: 'uuid-of-kibana' }, KIBANA, true],
  ['another service', { service: 'web' }, KIBANA, false],
  ['a service, when the call names none', { service: 'kibana' }, PAGE_2, false],
  ['its instance’s name', { instance: 'kibana.0' }, KIBANA, true],
  ['its instance’s uuid', { instance: 'uuid-of-kibana.0' }, KIBANA, true],
  ['another instance', { instance: 'kibana.1' }, KIBANA, false],
  ['its page', { page: 2 }, PAGE_2, true],
  ['another page', { page: 1 }, PAGE_2, false],
  ['a page, when the call has none', { page: 2 }, KIBANA, false],
  ['a span that begins now', { from: NOW, until: NOW + 1 }, KIBANA, true],
  ['a span that ends now', { from: NOW - 1, until: NOW }, KIBANA, false],
  ['a span that is to come', { from: NOW + 1 }, KIBANA, false],
  ['the right service on another endpoint', { service: 'kibana', endpoint: 'login' }, KIBANA, false],
  ['a share of all', { share: 1 }, KIBANA, true],
  ['a share of none', { share: 0 }, KIBANA, false],
]

for (const [name, selector, call, strikes] of selectors) {
  test(`a fault with ${name} ${strikes ? 'strikes' : 'spares'} the call`, (t) => {
    t.deepEqual(kinds([{ kind: 'server-error', ...selector }], [call]), [strikes ? 'server-error' : undefined])
  })
}

test('kinds strike only the calls that they are about', (t) => {
  const calls = [LOGIN, PAGE_2, KIBANA]
  t.deepEqual(kinds([{ kind: 'login-refused' }], calls), ['login-refused', undefined, undefined])
  t.deepEqual(kinds([{ kind: 'no-points' }], calls), [undefined, undefined, 'no-points'])
  t.deepEqual(kinds([{ kind: 'instance-gone' }], calls), [undefined, undefined, 'instance-gone'])
  t.deepEqual(kinds([{ kind: 'token-revoked' }], calls), [undefined, undefined, 'token-revoked'])
})

test('a share takes the same calls each time, others with another seed, each fault for itself', (t) => {
  const calls = Array.from({ length: 12 }, () => KIBANA)
  const struck = (fault: Fault) => kinds([fault], calls).map((kind) => (kind === undefined ? '.' : 'x'))
  const fault: Fault = { kind: 'server-error', share: 0.3 }
  t.is(struck(fault).join(''), '...xx.x.....')
  t.is(struck({ share: 0.3, kind: 'server-error' }).join(''), '...xx.x.....', 'the order of its fields means nothing')
  t.is(struck({ ...fault, seed: 1 }).join(''), '.....x..xx.x')
  t.is(struck({ ...fault, kind: 'forbidden' }).join(''), '.....x..x...')
})

test('a share counts the calls that the fault is about, whatever comes between them', (t) => {
  const fault: Fault = { kind: 'server-error', share: 0.5, endpoint: 'getInstanceMetrics' }
  const alone = kinds([fault], [KIBANA, KIBANA, KIBANA, KIBANA])
  const between = kinds([fault], [KIBANA, LOGIN, KIBANA, PAGE_2, PAGE_2, KIBANA, KIBANA])
  t.deepEqual([between[0], between[2], between[5], between[6]], alone)
})

test('a share is kept over many calls', (t) => {
  const calls = Array.from({ length: 2_000 }, () => KIBANA)
  const struck = kinds([{ kind: 'server-error', share: 0.2 }], calls).filter((kind) => kind !== undefined)
  t.true(Math.abs(struck.length - 400) < 60, String(struck.length))
})

test('a fault strikes as many times as it is told to', (t) => {
  t.deepEqual(kinds([{ kind: 'server-error', times: 2 }], [KIBANA, KIBANA, KIBANA]), [
    'server-error',
    'server-error',
    undefined,
  ])
})

test('of several faults the first counts; the others are not used up', (t) => {
  const faults: Fault[] = [
    { kind: 'server-error', times: 1 },
    { kind: 'forbidden', times: 1 },
  ]
  t.deepEqual(kinds(faults, [KIBANA, KIBANA, KIBANA]), ['server-error', 'forbidden', undefined])
})

test('delays add up, beside contents that all hold and the one fault that counts', (t) => {
  const faults: Fault[] = [
    { kind: 'delay', ms: 20 },
    { kind: 'hang' },
    { kind: 'duplicate-service', startedAfter: 5 },
    { kind: 'delay', ms: 300, endpoint: 'login' },
    { kind: 'delay', ms: 4 },
    { kind: 'server-error' },
    { kind: 'duplicate-instance', startedAfter: -5, service: 'web' },
  ]
  t.deepEqual(befalls(faults, [KIBANA]), [{ delayMs: 24, contents: [faults[2], faults[6]], answer: faults[1] }])
})

test('a heavy-tailed delay has its median, its bound, and few that are much longer', (t) => {
  const calls = Array.from({ length: 2_001 }, () => KIBANA)
  const fault: Fault = { kind: 'heavy-tailed-delay', medianMs: 100, maxMs: 5_000 }
  const delays = befalls([fault], calls).map(({ delayMs }) => delayMs)
  t.deepEqual(
    befalls([fault], calls).map(({ delayMs }) => delayMs),
    delays,
  )
  const sorted = delays.toSorted((a, b) => a - b)
  const at = (part: number): number => sorted[Math.round(part * 2_000)] ?? 0
  t.true(at(0.5) > 90 && at(0.5) < 110, String(at(0.5)))
  t.true(at(0) >= 100 / 2 ** (1 / 1.5))
  t.true(at(0.99) > 900 && at(0.99) < 2_500, String(at(0.99)))
  t.is(at(1), 5_000)
})

test('churn comes with a page after the first', (t) => {
  const churn: Fault = { kind: 'churn', deletes: ['a'] }
  const pages = [1, 2, 3].map((page) => ({ ...PAGE_2, page }))
  t.deepEqual(
    befalls([churn], [...pages, KIBANA]).map(({ contents }) => contents.length),
    [0, 1, 1, 0],
  )
})

test('a quota lets through so many calls of each token in any minute, and says how long to wait', (t) => {
  const other = { value: 'second', number: 1, issuedAt: NOW }
  const at = (seconds: number, more: Partial<FaultCall> = {}) => ({ ...KIBANA, now: NOW + seconds, ...more })
  const answers = befalls(
    [{ kind: 'quota', callsPerMinute: 2 }],
    [
      at(0),
      at(10.5),
      at(20),
      at(20, { token: other }),
      at(59.9),
      at(60),
      at(60),
      at(70.5),
      { ...LOGIN, now: NOW + 70 },
    ],
  ).map(({ answer }) => answer)
  const wait = (retryAfter: number) => ({ kind: 'too-many-requests', retryAfter })
  t.deepEqual(answers, [undefined, undefined, wait(40), undefined, wait(1), undefined, wait(11), undefined, undefined])
})

test('a quota that is kept leaves the call to the next fault', (t) => {
  const faults: Fault[] = [{ kind: 'quota', callsPerMinute: 1 }, { kind: 'forbidden' }]
  t.deepEqual(kinds(faults, [KIBANA, KIBANA]), ['forbidden', 'too-many-requests'])
})

test('a token is revoked when it was issued before the fault was set, or before its beginning', (t) => {
  const token = (number: number, issuedAt: number) => ({ value: String(number), number, issuedAt })
  const set = [arm({ kind: 'token-revoked' }, 1)]
  t.true(isRevoked(set, token(0, NOW), NOW))
  t.false(isRevoked(set, token(1, NOW), NOW))
  const later = [arm({ kind: 'token-revoked', from: NOW, until: NOW + 60 }, 1)]
  t.false(isRevoked(later, token(0, NOW - 1), NOW - 1), 'not yet')
  t.true(isRevoked(later, token(3, NOW - 1), NOW))
  t.false(isRevoked(later, token(0, NOW), NOW))
  t.false(isRevoked(later, token(0, NOW - 1), NOW + 60), 'no longer')
  t.false(isRevoked([arm({ kind: 'server-error' }, 1)], token(0, NOW), NOW))
})

const someFault: fc.Arbitrary<Fault> = fc.record(
  {
    kind: fc.constantFrom('server-error' as const, 'forbidden' as const, 'empty-body' as const),
    endpoint: fc.constantFrom('getInstanceMetrics' as const, 'login' as const),
    service: fc.constantFrom('kibana', 'web'),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    times: fc.integer({ min: 1, max: 4 }),
    from: fc.integer({ min: NOW - 5, max: NOW + 5 }),
  },
  { requiredKeys: ['kind'] },
)
const someCalls = fc.array(fc.constantFrom(KIBANA, PAGE_2, LOGIN), { maxLength: 20 })

test('whatever the faults: what counts is one that fits, no fault strikes too often, and it can be repeated', (t) => {
  fc.assert(
    fc.property(fc.array(someFault, { maxLength: 5 }), someCalls, (faults, calls) => {
      const answers = befalls(faults, calls).map(({ answer }) => answer)
      t.deepEqual(
        befalls(faults, calls).map(({ answer }) => answer),
        answers,
      )
      for (const [index, answer] of answers.entries()) {
        if (answer === undefined) continue
        t.true(faults.includes(answer))
        t.true(answer.endpoint === undefined || answer.endpoint === calls[index]?.endpoint)
        t.true(answer.service === undefined || calls[index]?.service.includes(answer.service))
        t.true(answer.from === undefined || answer.from <= NOW)
      }
      for (const fault of faults) {
        t.true(answers.filter((answer) => answer === fault).length <= (fault.times ?? calls.length))
      }
    }),
  )
})
