import test from 'ava'
import { startSimulator } from '../src/index.js'
import { field, items, openCloud } from './open-cloud.js'

const credentials = { username: 'alice', password: 'wonder land&' }

const forms: [string, () => RequestInit][] = [
  ['a form', () => ({ body: new URLSearchParams(credentials) })],
  [
    'a multipart form',
    () => {
      const body = new FormData()
      for (const [name, value] of Object.entries(credentials)) body.set(name, value)
      return { body }
    },
  ],
  ['JSON', () => ({ body: JSON.stringify(credentials), headers: { 'Content-Type': 'application/json' } })],
]

for (const [name, request] of forms) {
  test(`login takes user and password as ${name}, with and without the slash`, async (t) => {
    const { cloud } = await openCloud(t, { ...credentials, namespace: 'team' })
    for (const path of ['generate-api-token/', 'generate-api-token']) {
      const response = await fetch(cloud.url + path, { method: 'POST', redirect: 'error', ...request() })
      t.is(response.status, 200)
      const answer = await response.json()
      t.regex(String(field(answer, 'token')), /^[0-9a-f]{40}$/)
      t.like(answer, { username: 'alice', namespace: 'team', email: 'alice@example.com' })
    }
  })
}

const refused: [string, unknown, unknown][] = [
  ['a wrong password', { username: 'demo', password: 'x' }, 'non_field_errors'],
  ['an unknown user', { username: 'eve', password: 'demo' }, 'non_field_errors'],
  ['another organization', { username: 'demo', password: 'demo', organization: 'else' }, 'non_field_errors'],
  ['a missing password', { username: 'demo' }, 'password'],
  ['no object', [], 'detail'],
]

for (const [name, body, key] of refused) {
  test(`login with ${name} is refused with a reason`, async (t) => {
    const { cloud } = await openCloud(t)
    const response = await fetch(`${cloud.url}generate-api-token/`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'Content-Type': 'application/json' },
    })
    t.is(response.status, 400)
    t.is(response.headers.get('content-type'), 'application/json')
    t.deepEqual(Object.keys((await response.json()) ?? {}), [key])
  })
}

test('a sub-account logs in with its organization', async (t) => {
  const { cloud } = await openCloud(t, { namespace: 'team' })
  const body = JSON.stringify({ username: 'demo', password: 'demo', organization: 'team' })
  const response = await fetch(`${cloud.url}generate-api-token/`, {
    method: 'POST',
    body,
    headers: { 'Content-Type': 'application/json' },
  })
  t.is(response.status, 200)
})

test('every other call wants a token that is known', async (t) => {
  const { cloud } = await openCloud(t)
  for (const headers of [{}, { Authorization: 'Token 0123' }, { Authorization: 'Bearer x' }]) {
    const response = await fetch(`${cloud.url}services/demo/`, { headers })
    t.is(response.status, 401)
    t.is(typeof field(await response.json(), 'detail'), 'string')
  }
})

test('another token seed gives another token', async (t) => {
  const tokens = await Promise.all(
    ['a', 'b'].map(async (tokenSeed) => {
      const cloud = await startSimulator({ tokenSeed })
      t.teardown(() => cloud.close())
      const login = { method: 'POST', body: new URLSearchParams({ username: 'demo', password: 'demo' }) }
      return field(await (await fetch(`${cloud.url}generate-api-token/`, login)).json(), 'token')
    }),
  )
  t.not(tokens[0], tokens[1])
})

test('the profile and the organizations say who the token belongs to', async (t) => {
  const { get, call } = await openCloud(t, { username: 'alice', namespace: 'team' })
  t.like(await get('auth/profile'), { username: 'alice', namespace: 'team', email: 'alice@example.com' })
  t.deepEqual(
    items(await get('orgs/')).map((organization) => field(organization, 'name')),
    ['team'],
  )
  t.like(await get('orgs/team/'), { name: 'team', company: 'Demo Company' })
  t.is((await call('GET', 'orgs/else/')).status, 404)
})
