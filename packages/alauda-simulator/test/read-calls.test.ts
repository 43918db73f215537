import test from 'ava'
import { createWorld, largeWorld, startSimulator } from '../src/index.js'
import { field, items, openCloud, startTime } from './open-cloud.js'

test('pages of twenty hold every service once', async (t) => {
  const { get } = await openCloud(t, { world: largeWorld({ services: 45, instances: 1, origin: startTime }) })
  const names: unknown[] = []
  const sizes: number[] = []
  let next: unknown = 'services/demo/'
  while (typeof next === 'string') {
    const page: unknown = await get(next)
    t.is(field(page, 'count'), 45)
    const results = items(page, 'results')
    sizes.push(results.length)
    names.push(...results.map((service) => field(service, 'service_name')))
    next = field(page, 'next')
  }
  t.deepEqual(sizes, [20, 20, 5])
  t.is(new Set(names).size, 45)
})

test('page_size is ignored, unless the cloud has a maximum for it', async (t) => {
  const world = largeWorld({ services: 250, instances: 1, origin: startTime })
  const sizeOf = async (query: string, maxPageSize?: number) => {
    const { get } = await openCloud(t, { world, ...(maxPageSize === undefined ? {} : { maxPageSize }) })
    return items(await get(`services/demo/${query}`), 'results').length
  }
  t.is(await sizeOf('?page_size=100'), 20)
  t.is(await sizeOf('?page_size=100', 100), 100)
  t.is(await sizeOf('?page_size=100&page=3', 100), 50)
  t.is(await sizeOf('?page_size=1000', 50), 50)
  for (const query of ['', '?page_size=0', '?page_size=x']) t.is(await sizeOf(query, 100), 20)
})

test('next and previous are whole URLs that keep the query, or null', async (t) => {
  const { cloud, get } = await openCloud(t, { world: largeWorld({ services: 45, instances: 1, origin: startTime }) })
  const base = `${cloud.url}services/demo/?region_name=BEIJING1&page=`
  t.like(await get('services/demo/?region_name=BEIJING1'), { previous: null, next: `${base}2` })
  t.like(await get('services/demo/?region_name=BEIJING1&page=2'), { previous: `${base}1`, next: `${base}3` })
  t.like(await get('services/demo/?region_name=BEIJING1&page=3'), { previous: `${base}2`, next: null })
})

for (const page of ['0', '4', '-1', 'two', '']) {
  test(`there is no page "${page}"`, async (t) => {
    const { call } = await openCloud(t, { world: largeWorld({ services: 45, instances: 1, origin: startTime }) })
    t.is((await call('GET', `services/demo/?page=${page}`)).status, 404)
  })
}

test('a cloud without services has one empty page', async (t) => {
  const { get } = await openCloud(t, { world: createWorld({ services: [], origin: startTime }) })
  t.deepEqual(await get('services/demo/'), { count: 0, previous: null, next: null, results: [] })
})

test('the list is narrowed down by name, region, project and space', async (t) => {
  const world = createWorld({
    origin: startTime,
    services: [
      { service_name: 'a', image_name: 'x', region_name: 'north', project_name: 'p', space_name: 's' },
      { service_name: 'b', image_name: 'x', region_name: 'north', project_name: 'q', space_name: 's' },
    ],
  })
  const { get } = await openCloud(t, { world })
  const names = async (query: string) =>
    items(await get(`services/demo/?${query}`), 'results').map((service) => field(service, 'service_name'))
  t.deepEqual(await names('name=a'), ['a'])
  t.deepEqual(await names('region_name=north'), ['a', 'b'])
  t.deepEqual(await names('region_name=north&project_name=q'), ['b'])
  t.deepEqual(await names('space_name=none'), [])
})

test('a service has the fields that clients of both generations read', async (t) => {
  const { get } = await openCloud(t)
  const service = await get('services/demo/web/')
  t.like(service, {
    service_name: 'web',
    namespace: 'demo',
    target_state: 'STARTED',
    current_status: 'Running',
    is_deploying: false,
    image_name: 'index.alauda.cn/demo/web',
    image_tag: '2.3.0',
    instance_size: 'M',
    custom_instance_size: { cpu: 1, mem: 512 },
    scaling_mode: 'AUTO',
    target_num_instances: 4,
    current_num_instances: 4,
    started_num_instances: 4,
    healthy_num_instances: 4,
    staged_num_instances: 0,
    region: { name: 'BEIJING1', IaaS: 'ALAUDA', display_text: 'BEIJING1' },
    project_name: '',
    space_name: '',
    stopped_at: null,
    linked_to_apps: '{}',
  })
  t.is(field(service, 'uuid'), field(service, 'unique_name'))
  t.regex(String(field(service, 'created_at')), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.like(JSON.parse(String(field(service, 'autoscaling_config'))), { upper_threshold: 0.7, maximum_num_instances: 6 })
  const variables: unknown = JSON.parse(String(field(service, 'instance_envvars')))
  t.is(field(variables, '__DEFAULT_DOMAIN_NAME__'), 'web-demo.alauda.example')
  t.is(typeof field(variables, 'DB_PASSWORD'), 'string')
  t.like(items(service, 'instance_ports')[0], { container_port: 80, service_port: 80, protocol: 'tcp' })
})

test('a service’s details say more than the list, and what the list says', async (t) => {
  const { get } = await openCloud(t)
  const listed = items(await get('services/demo/?name=elasticsearch'), 'results')[0]
  const details = await get('services/demo/elasticsearch/')
  t.like(details, JSON.parse(JSON.stringify(listed)))
  t.is(field(listed, 'linked_from_apps'), undefined)
  t.is(field(details, 'linked_from_apps'), '{"kibana":"elasticsearch","logstash":"elasticsearch"}')
})

test('a service is found by its uuid, too', async (t) => {
  const { get } = await openCloud(t)
  const byName = await get('services/demo/kibana')
  t.deepEqual(await get(`services/demo/${field(byName, 'uuid')}`), byName)
})

test('instances are a bare array, the same as in the list, and each has a page', async (t) => {
  const { get } = await openCloud(t)
  const instances = items(await get('services/demo/kibana/instances/'))
  t.is(instances.length, 3)
  t.deepEqual(instances, items(items(await get('services/demo/?name=kibana'), 'results')[0], 'instances'))
  t.deepEqual(await get(`services/demo/kibana/instances/${field(instances[1], 'uuid')}/`), instances[1])
})

test('logs are lines of the service’s instances within the window, oldest first', async (t) => {
  const { get } = await openCloud(t)
  const query = `start_time=${startTime - 600}&end_time=${startTime + 600}`
  const lines = items(await get(`services/demo/kibana/logs?${query}`))
  const times = lines.map((line) => Number(field(line, 'time')))
  t.true(lines.length > 60)
  t.deepEqual(
    times,
    times.toSorted((a, b) => a - b),
  )
  t.true(times.every((time) => time >= startTime - 600 && time <= startTime))
  const uuid = field(items(await get('services/demo/kibana/instances/'))[0], 'uuid')
  t.deepEqual(
    items(await get(`services/demo/kibana/instances/${uuid}/logs?${query}`)),
    lines.filter((line) => field(line, 'instance_id') === uuid),
  )
})

for (const query of ['', `start_time=${startTime}`, `start_time=${startTime - 8 * 86_400}&end_time=${startTime}`]) {
  test(`logs for "${query.replaceAll(String(startTime), 'now')}" are refused`, async (t) => {
    const { call } = await openCloud(t)
    t.is((await call('GET', `services/demo/kibana/logs?${query}`)).status, 400)
  })
}

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
