import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { accountsOf, faults, faultsOf, type More } from '../helpers/accounts-settings.js'

test('an account’s cloud wins over the endpoint for all others', (t) => {
  const text =
    'alauda: { endpoint: http://x/ }\naccounts:\n  - { name: a, token: t, namespace: a, cloud: io }\n  - { name: b, token: t, namespace: b }\n'
  t.deepEqual(
    pipe(
      accountsOf(text),
      E.map((accounts) => accounts.map(({ endpoint }) => endpoint)),
    ),
    E.right(['https://api.alauda.io/v1/', 'http://x/']),
  )
})

test('a flag or variable for the cloud goes for all accounts where none says its own', (t) => {
  const text =
    'alauda: { endpoint: http://x/ }\naccounts:\n  - { name: a, token: t, namespace: a }\n  - { name: b, token: t, namespace: b }\n'
  const endpointsOf = (...more: More) =>
    pipe(
      accountsOf(text, ...more),
      E.map((accounts) => accounts.map(({ endpoint }) => endpoint)),
    )
  t.deepEqual(endpointsOf({ ALAUDA_ENDPOINT: 'http://y/' }), E.right(['http://y/', 'http://y/']))
  t.deepEqual(
    endpointsOf({}, { 'alauda.cloud': ['io'] }),
    E.right(['https://api.alauda.io/v1/', 'https://api.alauda.io/v1/']),
  )
})

test('where an account says its own cloud or endpoint no flag or variable sends its password elsewhere', (t) => {
  const withOwn = (own: string) =>
    `accounts:\n  - { name: a, token: t, namespace: a }\n  - { name: b, token: t, namespace: b, ${own} }\n`
  const endpoint = 'is set, and accounts[1] has its own endpoint; give one or the other'
  const cloud = 'is set, and accounts[1] has its own cloud; give one or the other'
  for (const [own, rest] of [
    ['endpoint: http://x/', endpoint],
    ['cloud: io', cloud],
    ['cloud: io, endpoint: http://x/', endpoint],
  ] as const) {
    t.deepEqual(faultsOf(withOwn(own), { ALAUDA_ENDPOINT: 'http://y/' }), faults(`ALAUDA_ENDPOINT: ${rest}`))
    t.deepEqual(faultsOf(withOwn(own), { ALAUDA_CLOUD: 'cn' }), faults(`ALAUDA_CLOUD: ${rest}`))
    t.deepEqual(
      faultsOf(withOwn(own), {}, { 'alauda.endpoint': ['http://y/'], 'alauda.cloud': ['cn'] }),
      faults(`--alauda.endpoint: ${rest}`, `--alauda.cloud: ${rest}`),
    )
    t.true(E.isLeft(faultsOf(withOwn(own), { ALAUDA_ENDPOINT: '', ALAUDA_CLOUD: '' })))
  }
})
