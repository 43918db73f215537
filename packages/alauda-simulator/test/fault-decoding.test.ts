import test from 'ava'
import fc from 'fast-check'
import { decodeFaults } from '../src/fault-decoding.js'
import type { Fault } from '../src/index.js'

const ONE_OF_EACH: readonly Fault[] = [
  { kind: 'delay', ms: 5 },
  { kind: 'heavy-tailed-delay', medianMs: 5, maxMs: 50, tail: 2 },
  { kind: 'hang' },
  { kind: 'reset', chunked: true },
  { kind: 'truncated-json' },
  { kind: 'html-page', status: 200 },
  { kind: 'answer', status: 423, text: '{"detail":"locked"}', contentType: 'text/plain' },
  { kind: 'padded', bytes: 1_000_000, gzip: true },
  { kind: 'server-error', endpoint: 'listServices', page: 2 },
  { kind: 'too-many-requests', retryAfter: 0.5 },
  { kind: 'unavailable', retryAfter: 30, retryAfterAs: 'date' },
  { kind: 'token-revoked', from: 1_800_000_000, until: 1_800_000_060 },
  { kind: 'forbidden', share: 0.5, seed: 3, times: 2 },
  { kind: 'login-refused', endpoint: 'login' },
  { kind: 'empty-body' },
  { kind: 'no-points', service: 'kibana', instance: 'kibana.0' },
  { kind: 'null-values', columns: ['memory_usage'] },
  { kind: 'replaced-values', columns: ['rx_errors'], value: 'N/A', newest: true },
  { kind: 'wrong-count', count: -1 },
  { kind: 'repeated-page' },
  { kind: 'late-points', seconds: 120 },
  { kind: 'instance-gone' },
  { kind: 'churn', deletes: ['a'], creates: ['b'] },
  { kind: 'duplicate-service', startedAfter: -60 },
  { kind: 'duplicate-instance', startedAfter: 60 },
  { kind: 'wrong-clock', seconds: -180 },
  { kind: 'gzip', chunked: false },
  { kind: 'chunked' },
  { kind: 'redirect', to: 'http://other.example/v1/', status: 307 },
  { kind: 'quota', callsPerMinute: 60 },
]

test('a fault of each kind is taken as it is', (t) => {
  t.deepEqual(decodeFaults(JSON.parse(JSON.stringify(ONE_OF_EACH))), { kind: 'faults', faults: ONE_OF_EACH })
})

const wrongWith = (value: unknown): readonly string[] => {
  const decoded = decodeFaults(value)
  return decoded.kind === 'wrong' ? decoded.wrong : []
}

const wrong: [string, unknown, string][] = [
  ['no object', 'hang', ' must be an object.'],
  [
    'an endpoint that there is none of',
    { kind: 'hang', endpoint: 'metrics' },
    '.endpoint must be one of login, profile, listOrganizations, getOrganization, listServices, createService, getService, updateService, deleteService, startService, stopService, getServiceLogs, listInstances, getInstance, getInstanceMetrics, getInstanceLogs.',
  ],
  ['a share in percent', { kind: 'hang', share: 50 }, '.share must be a number from 0 to 1.'],
  ['a null', { kind: 'hang', share: null }, '.share must be a number from 0 to 1.'],
  ['a number as text', { kind: 'delay', ms: '20' }, '.ms must be a number from 0 to 3600000.'],
  ['a missing field', { kind: 'late-points' }, '.seconds must be a number from 0 to 31622400.'],
  ['a field of another kind', { kind: 'hang', ms: 5 }, '.ms: a fault of the kind hang has no such field.'],
  ['a field of every object', { kind: 'hang', toString: 1 }, '.toString: a fault of the kind hang has no such field.'],
  ['half a time', { kind: 'hang', times: 0.5 }, '.times must be a whole number from 1.'],
  ['an empty name', { kind: 'hang', service: '' }, '.service must be a name.'],
  ['names that are none', { kind: 'churn', deletes: ['a', 1] }, '.deletes must be a list of names.'],
  ['a status that is none', { kind: 'html-page', status: 20 }, '.status must be a whole number from 200 to 599.'],
  ['a word for true', { kind: 'gzip', chunked: 'yes' }, '.chunked must be true or false.'],
  ['a URL that is none', { kind: 'redirect', to: 'other' }, '.to must be a URL such as http://127.0.0.1:8080/v1/.'],
  ['an empty span', { kind: 'hang', from: 5, until: 5 }, '.until must be after from.'],
  [
    'a bound below the median',
    { kind: 'heavy-tailed-delay', medianMs: 9, maxMs: 8 },
    '.maxMs must not be below medianMs.',
  ],
  [
    'an endpoint that it cannot befall',
    { kind: 'no-points', endpoint: 'login' },
    '.endpoint: a fault of the kind no-points never befalls login.',
  ],
  [
    'a quota on logins',
    { kind: 'quota', callsPerMinute: 1, endpoint: 'login' },
    '.endpoint: a fault of the kind quota never befalls login.',
  ],
  ['a page of something else', { kind: 'hang', endpoint: 'login', page: 2 }, '.page: only listServices has pages.'],
  ['a page of a kind without pages', { kind: 'no-points', page: 2 }, '.page: only listServices has pages.'],
  ['churn on the first page', { kind: 'churn', page: 1 }, '.page must be above 1: churn comes after the first page.'],
]

for (const [name, fault, what] of wrong) {
  test(`${name} is refused`, (t) => {
    t.deepEqual(wrongWith([{ kind: 'hang' }, fault]), [`faults[1]${what}`])
  })
}

test('an unknown kind is told the known ones', (t) => {
  const known = ONE_OF_EACH.map(({ kind }) => kind).join(', ')
  t.deepEqual(wrongWith([{ kind: 'earthquake' }, {}]), [
    `faults[0].kind must be one of ${known}.`,
    `faults[1].kind must be one of ${known}.`,
  ])
})

test('what is no list is refused', (t) => {
  for (const value of [undefined, null, {}, 'hang', { kind: 'hang' }]) {
    t.deepEqual(wrongWith(value), ['It must be a list of faults.'])
  }
})

test('all that is wrong is told at once', (t) => {
  t.deepEqual(
    wrongWith([{ kind: 'delay', share: 2, page: 0 }, { kind: 'hang' }, { kind: 'quota', callsPerMinute: 0 }]),
    [
      'faults[0].page must be a whole number from 1.',
      'faults[0].share must be a number from 0 to 1.',
      'faults[0].ms must be a number from 0 to 3600000.',
      'faults[2].callsPerMinute must be a whole number from 1.',
    ],
  )
})

test('any value is either faults or sentences that say what is wrong', (t) => {
  const field = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(...ONE_OF_EACH.flatMap((fault): unknown[] => Object.values(fault))),
  )
  const names = [...new Set(ONE_OF_EACH.flatMap((fault) => Object.keys(fault)))]
  const object = fc.dictionary(fc.constantFrom(...names), field)
  const anything = fc.oneof(fc.jsonValue(), fc.array(fc.oneof(object, fc.constantFrom(...ONE_OF_EACH), fc.jsonValue())))
  fc.assert(
    fc.property(anything, (value) => {
      const decoded = decodeFaults(value)
      if (decoded.kind === 'faults') t.deepEqual<unknown, unknown>(decoded.faults, value)
      else t.true(decoded.wrong.length > 0 && decoded.wrong.every((what) => what.endsWith('.')))
    }),
  )
})
