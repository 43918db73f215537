import type { Endpoint } from '@alauda-exporter/alauda-client'
import fc from 'fast-check'

/** What a cloud answers to each kind of call, in turn: the text of a body. Its keys are those of `Endpoint`. */
export type AnySaid = Readonly<Record<string, ReadonlyArray<string>>>

// What is not a number looks like one, what is one is none of these units, what is a word breaks a line or a key.
const oddText = fc.constantFrom(
  ...[
    '',
    ' ',
    '-1',
    '1e999',
    '0x10',
    '1_000',
    '٣',
    'NaN',
    'N/A',
    'None',
    'null',
    '{}',
    '[]',
    '{"a":',
    'STARTED',
    '-0',
    '1e3',
  ],
  ...[
    '\n',
    '"',
    '\\',
    '\u2028',
    '\u202e',
    '\u0000',
    '\ud800',
    '<b>',
    'a'.repeat(300),
    '__proto__',
    'constructor',
    'time',
  ],
  ...['2026-01-01T00:00:00Z', '2026-13-45T99:00:00Z', '+275760-09-13T00:00:00.001Z', '1767225600'],
)
const oddNumber = fc.constantFrom(
  0,
  -0,
  -1,
  0.5,
  1e21,
  1e308,
  5e-324,
  -1e308,
  2 ** 53,
  1_767_225_600,
  1_767_225_600_000,
)
const scalar = fc.oneof(
  oddText,
  oddNumber,
  fc.boolean(),
  fc.constant(null),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const key = fc.oneof(fc.string(), oddText)

/** Any JSON, of which text and numbers are often awkward ones. */
export const anyJson: fc.Arbitrary<unknown> = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    scalar,
    fc.array(tie('json'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('json')), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
  ),
})).json

/** Mostly what the API would say, so that what is odd is met deep inside an answer too. */
const mostly = <A>(usual: fc.Arbitrary<A>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 7, arbitrary: usual }, { weight: 1, arbitrary: anyJson })

const fieldsOf = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<unknown> =>
  mostly(fc.record(fields, { requiredKeys: [] }).chain((known) => fc.oneof(fc.constant(known), withAnything(known))))

const withAnything = (known: object): fc.Arbitrary<unknown> =>
  fc.dictionary(key, anyJson, { maxKeys: 2 }).map((more) => ({ ...more, ...known }))

const name = mostly(fc.constantFrom('a', 'b', 'c', 'é"\\\n', 'web.0'))
const count = mostly(fc.nat(5))
const time = mostly(fc.constantFrom('2026-01-01T00:00:00Z', '2025-12-31T23:59:00.5', 'None', null))
const instance = fieldsOf({ uuid: name, instance_name: name, started_at: time })
const instances = mostly(fc.array(instance, { maxLength: 4 }))
const service = fieldsOf({
  service_name: name,
  uuid: name,
  project_name: name,
  current_status: name,
  target_state: mostly(fc.constantFrom('STARTED', 'STOPPED')),
  is_deploying: mostly(fc.boolean()),
  target_num_instances: count,
  current_num_instances: count,
  healthy_num_instances: count,
  scaling_mode: mostly(fc.constant('AUTO')),
  autoscaling_config: mostly(fc.constantFrom('{}', '{"minimum_num_instances": "2"}', '{"upper_threshold": -1}')),
  custom_instance_size: fieldsOf({ mem: count, cpu: count }),
  labels: mostly(fc.array(fieldsOf({ key: name, value: name }), { maxLength: 3 })),
  created_at: time,
  started_at: time,
  instances,
})
const list = fieldsOf({ count, next: name, previous: name, results: mostly(fc.array(service, { maxLength: 4 })) })

const columns = [
  'time',
  'cpu_cumulative_usage',
  'cpu_utilization',
  'memory_usage',
  'memory_utilization',
  'rx_bytes',
  'rx_errors',
]
const cell = mostly(fc.oneof(fc.nat(), fc.constant(null)))
const point = mostly(
  fc.tuple(mostly(fc.integer({ min: 1_767_225_000, max: 1_767_225_700 })), ...columns.slice(1).map(() => cell)),
)
const metrics = fieldsOf({
  columns: mostly(fc.oneof(fc.constant(columns), fc.shuffledSubarray(columns, { minLength: 3 }))),
  points: mostly(fc.array(point, { maxLength: 4 })),
})

const profile = fieldsOf({ username: name, namespace: name, email: name, company: name })
const organizations = mostly(fc.array(fieldsOf({ name, company: name, created_at: time }), { maxLength: 4 }))
const log = mostly(fc.array(fieldsOf({ time, instance_id: name, message: name }), { maxLength: 4 }))

/** The compiler sees to it that no call is forgotten. */
const usual: Readonly<Record<Endpoint, fc.Arbitrary<unknown>>> = {
  login: fieldsOf({ token: name, namespace: name, username: name, email: name }),
  profile,
  listOrganizations: organizations,
  listServices: list,
  getService: service,
  listInstances: instances,
  getInstance: instance,
  getInstanceMetrics: metrics,
  getServiceLogs: log,
  getInstanceLogs: log,
}

const textOf = (json: fc.Arbitrary<unknown>): fc.Arbitrary<string> => json.map((value) => JSON.stringify(value))
// Logs are plain text in older installations, and proxies answer anything.
const lines = fc.array(fc.oneof(oddText, textOf(anyJson)), { maxLength: 4 }).map((texts) => texts.join('\n'))
const anyText = fc.oneof({ weight: 5, arbitrary: textOf(anyJson) }, { weight: 1, arbitrary: lines })
const inTurn = (text: fc.Arbitrary<string>) => fc.array(text, { minLength: 1, maxLength: 4 })
const loggedIn = fc.constant(['{"token":"t"}'])

const saidAs = (text: (usual: fc.Arbitrary<unknown>) => fc.Arbitrary<string>): fc.Arbitrary<AnySaid> => {
  const said = Object.fromEntries(Object.entries(usual).map(([endpoint, json]) => [endpoint, inTurn(text(json))]))
  const login = fc.oneof({ weight: 4, arbitrary: loggedIn }, { weight: 1, arbitrary: inTurn(text(usual.login)) })
  return fc.record({ ...said, login })
}

export const almostRight: fc.Arbitrary<AnySaid> = saidAs((json) =>
  fc.oneof({ weight: 4, arbitrary: textOf(json) }, { weight: 1, arbitrary: anyText }),
)

export const anyAnswers: fc.Arbitrary<AnySaid> = saidAs(() => anyText)
