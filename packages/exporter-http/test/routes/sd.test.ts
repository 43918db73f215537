import type { Snapshot } from '@alauda-exporter/collector'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import fc from 'fast-check'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { snapshotLists } from '../../../collector/test/helpers/arbitraries.js'
import { serviceOf, snapshotOf, someFailure } from '../../../collector/test/helpers/snapshots.js'
import { type SdConfig, sdRoute } from '../../src/routes/sd.js'
import type { TargetGroup } from '../../src/routes/target-group.js'
import { plainText } from '../../src/toolkit/handler.js'
import type { Watched } from '../../src/watch.js'
import { accountIn } from '../helpers/accounts.js'
import { asked, textOf } from '../helpers/asked.js'
import { type Answers, hangs, onePage, service, startCloud, webIn } from '../helpers/cloud.js'
import { type Given, startTestExporter } from '../helpers/exporter.js'
import { defaults } from '../helpers/sources.js'

const listed = (...services: ReadonlyArray<unknown>): Answers => ({
  'services/demo/?page_size=100&page=1': onePage(...services),
})

/** An exporter that collects when it is asked, of one cloud, and what it answers. */
const start = async (t: ExecutionContext, answers: Answers, flags: Given['flags'] = {}) => {
  const { environment } = await startCloud(t, answers)
  return startTestExporter(t, {
    environment,
    flags: { 'collect.interval': ['0'], 'alauda.max-retries': ['0'], ...flags },
  })
}

const answered = async (response: Response) => [response.status, await response.text()]

const target = (address: string, ofProbe: Record<string, string>, meta: Record<string, string>) => ({
  targets: [address],
  labels: { __metrics_path__: '/probe', ...ofProbe, ...meta },
})

test('each service is a target for its own probe, with all that is known of it for relabelling', async (t) => {
  const web = {
    ...service('web', 'u'),
    uuid: '0b7e',
    project_name: 'shop',
    space_name: 'live',
    current_status: 'Running',
    image_name: 'index.alauda.cn/demo/web',
    image_tag: '1.2',
    region_name: 'BEIJING1',
    scaling_mode: 'AUTO',
    instance_size: 'XS',
    labels: [{ key: 'app.tier', value: 'front' }, { key: 'on-call' }, { key: '值😀', value: '班' }],
  }
  const { get, urls } = await start(t, { ...webIn(1, 'demo'), ...listed(web, service('api')) })
  const response = await get('/sd')
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'application/json')
  const { host } = new URL(urls[0] ?? '')
  t.deepEqual(await response.json(), [
    target(
      host,
      { __param_namespace: 'demo', __param_service: 'api' },
      { __meta_alauda_namespace: 'demo', __meta_alauda_service: 'api' },
    ),
    target(
      host,
      { __param_namespace: 'demo', __param_service: 'web' },
      {
        __meta_alauda_namespace: 'demo',
        __meta_alauda_project: 'shop',
        __meta_alauda_space: 'live',
        __meta_alauda_service: 'web',
        __meta_alauda_uuid: '0b7e',
        __meta_alauda_status: 'Running',
        __meta_alauda_image: 'index.alauda.cn/demo/web',
        __meta_alauda_image_tag: '1.2',
        __meta_alauda_region: 'BEIJING1',
        __meta_alauda_scaling_mode: 'AUTO',
        __meta_alauda_instance_size: 'XS',
        __meta_alauda_label_app_tier: 'front',
        __meta_alauda_labelpresent_app_tier: 'true',
        __meta_alauda_labelpresent_on_call: 'true',
        __meta_alauda_label___: '班',
        __meta_alauda_labelpresent___: 'true',
      },
    ),
  ])
})

test('an account without services has no targets', async (t) => {
  const { get } = await start(t, listed())
  t.deepEqual(await answered(await get('/sd')), [200, '[]'])
})

test('services that the settings leave out are no targets', async (t) => {
  const answers = listed(service('web'), service('web-old'), service('api'))
  const flags = { 'collect.include-services': ['web.*'], 'collect.exclude-services': ['.*-old'] }
  const { get } = await start(t, answers, flags)
  t.deepEqual(await services(get), ['web'])
})

interface Labelled {
  readonly labels: Readonly<Record<string, string>>
}

const groups = async (get: (path: string) => Promise<Response>, path = '/sd') => {
  const list: ReadonlyArray<Labelled> = JSON.parse(await (await get(path)).text())
  return list.map(({ labels }) => labels)
}

const services = async (get: (path: string) => Promise<Response>) =>
  (await groups(get)).map(({ __param_service: name }) => name)

test('what is new is there the next time, and what is gone is not', async (t) => {
  let list = onePage(service('web'))
  const { get } = await start(t, { 'services/demo/?page_size=100&page=1': () => list })
  t.deepEqual(await services(get), ['web'])
  list = onePage(service('api'), service('kibana'))
  t.deepEqual(await services(get), ['api', 'kibana'])
})

test('what has been collected in the background is listed without another call', async (t) => {
  const { environment, requests } = await startCloud(t, webIn(1, 'demo'))
  const { get } = await startTestExporter(t, { environment })
  t.deepEqual(await services(get), ['web'])
  const { length } = requests
  t.deepEqual(await services(get), ['web'])
  t.is(requests.length, length)
})

test('of services that share a name, each is found by its uuid', async (t) => {
  const twins = ['b', 'a'].map((project_name) => ({ ...service('web'), project_name, uuid: `uuid-${project_name}` }))
  const { get } = await start(t, listed(...twins, { ...service('api'), uuid: 'uuid-api' }))
  t.deepEqual(
    (await groups(get)).map((labels) => [labels.__param_service, labels.__param_uuid, labels.__meta_alauda_project]),
    [
      ['api', undefined, undefined],
      ['web', 'uuid-a', 'a'],
      ['web', 'uuid-b', 'b'],
    ],
  )
})

/** Two accounts with the namespace demo, one of them with another one too; at each scrape. */
const startTwo = async (t: ExecutionContext, north: Answers, south: Answers) => {
  const accounts = [
    accountIn('south', await startCloud(t, south), { namespace: ['other', 'demo'] }),
    accountIn('north', await startCloud(t, north)),
  ]
  return startTestExporter(t, {
    file: { accounts, collect: { interval: '0', timeout: '1h' } },
    flags: { 'alauda.max-retries': ['0'], 'alauda.timeout': ['1h'] },
  })
}

const where = ({ __param_account: account, __param_namespace: namespace, __param_service: name }: Labelled['labels']) =>
  `${account}/${namespace}/${name}`

test('several accounts are sorted by name, then by namespace, and each may be asked for', async (t) => {
  const { get } = await startTwo(t, webIn(1, 'demo'), webIn(2, 'demo', 'other'))
  const all = ['north/demo/web', 'south/demo/web', 'south/other/web']
  for (const [query, expected] of [
    ['', all],
    ['?account=south', all.slice(1)],
    ['?account=south&account=north', all],
    ['?namespace=demo', all.slice(0, 2)],
    ['?namespace=other', all.slice(2)],
    ['?namespace=other&namespace=demo', all],
    ['?account=south&namespace=demo', ['south/demo/web']],
    ['?anything=else', all],
  ] as const) {
    t.deepEqual((await groups(get, `/sd${query}`)).map(where), expected, query)
  }
})

test('accounts and namespaces that the settings do not have are not found', async (t) => {
  const { get } = await startTwo(t, webIn(1, 'demo'), webIn(2, 'demo', 'other'))
  const noAccount = [404, 'The settings have no account of this name.\n']
  const noNamespace = [404, 'The settings have no namespace of this name.\n']
  for (const [query, expected] of [
    ['?account=west', noAccount],
    ['?account=south&account=<west>', noAccount],
    ['?account=', noAccount],
    ['?namespace=nowhere', noNamespace],
    ['?namespace=demo&namespace=nowhere', noNamespace],
    ['?account=north&namespace=other', noNamespace],
  ] as const) {
    t.deepEqual(await answered(await get(`/sd${query}`)), expected, query)
  }
})

const unread = (names: string) => [
  503,
  `The services of ${names} could not be listed: keep the targets that you have.\n`,
]

test('while a list cannot be read there is no answer that would take targets away', async (t) => {
  let isDown = true
  const down = { status: 502, body: 'down' }
  const { get } = await start(t, {
    'services/demo/?page_size=100&page=1': () => (isDown ? down : onePage(service('web'))),
  })
  t.deepEqual(await answered(await get('/sd')), unread('demo'))
  isDown = false
  t.deepEqual(await services(get), ['web'])
  isDown = true
  t.deepEqual(await answered(await get('/sd')), unread('demo'))
})

test('the outage of one account need not hold up the others', async (t) => {
  const { get } = await startTwo(t, { 'services/demo/': hangs }, webIn(2, 'demo', 'other'))
  t.deepEqual((await groups(get, '/sd?account=south')).map(where), ['south/demo/web', 'south/other/web'])
  t.deepEqual((await groups(get, '/sd?namespace=other')).map(where), ['south/other/web'])
  const headers = { 'X-Prometheus-Refresh-Interval-Seconds': '0.5' }
  t.deepEqual(await answered(await get('/sd', { headers })), unread('north/demo'))
})

test('before the first collection Prometheus gets an error before it gives up', async (t) => {
  const { environment } = await startCloud(t, { 'services/demo/': hangs })
  const { get } = await startTestExporter(t, { environment })
  const begun = Date.now()
  const headers = { 'X-Prometheus-Refresh-Interval-Seconds': '1' }
  t.deepEqual(await answered(await get('/sd', { headers })), unread('demo'))
  t.true(Date.now() - begun >= 890)
})

test('without an interval the list alone is asked for, and no instance', async (t) => {
  const cloud = await startCloud(t, {
    ...webIn(1, 'demo'),
    ...listed(service('web', 'u'), { service_name: 'api', uuid: 'a' }),
  })
  const { get } = await startTestExporter(t, {
    environment: cloud.environment,
    flags: { 'collect.interval': ['0'], 'alauda.max-retries': ['0'] },
  })
  t.is(JSON.parse(await (await get('/sd')).text()).length, 2)
  t.deepEqual(
    cloud.requests.map(({ path }) => path),
    ['generate-api-token/', 'services/demo/?page_size=100&page=1'],
  )
})

const never = () => () => new Promise<never>(() => {})

/** Accounts by their names, and what was collected of each last; `only` is the account without a name. Nothing is called. */
const knows = (accounts: Readonly<Record<string, ReadonlyArray<Snapshot>>>): ReadonlyArray<Watched> =>
  Object.entries(accounts).map(([name, snapshots]) => {
    const namespaces = snapshots.map(({ namespace }) => namespace)
    return {
      account: {
        ...(name === 'only' ? {} : { name }),
        endpoint: 'http://x/v1/',
        credentials: { token: 't' },
        namespaces,
        labels: {},
        connection: { proxies: { none: '' } },
        client: defaults.client,
      },
      client: { listServices: never, getService: never, listInstances: never, getInstanceMetrics: never },
      config: { namespaces },
      collector: {
        start: () => {},
        stop: () => {},
        collect: async () => snapshots,
        snapshots: () => snapshots,
        scrape: async () => [],
        unref: () => {},
        describeMetrics: () => [],
        families: () => [],
        expose: () => '',
        [Symbol.asyncIterator]: () => ({ next: never() }),
      },
    }
  })

/** The route of an exporter that knows these snapshots, at 1000 s. */
const routeOf = (accounts: Parameters<typeof knows>[0], more: Partial<SdConfig> = {}) =>
  sdRoute({
    watch: { accounts: () => knows(accounts), maxAgeSeconds: () => 300 },
    clock: manualClock(1_000_000),
    ...more,
  })

const oneService = { only: [snapshotOf([serviceOf({})])] }

test('the targets are the exporter’s address as it was reached', async (t) => {
  for (const host of [
    'exporter',
    'exporter.example.com:10104',
    '10.0.0.1:80',
    '[::1]:10104',
    '[2001:db8::1]',
    'a_b-c',
  ]) {
    const { body } = await routeOf(oneService)(asked({ host, 'x-forwarded-host': 'evil.example.com' }))
    const list: ReadonlyArray<TargetGroup> = JSON.parse(textOf(body))
    t.deepEqual(
      list.map(({ targets }) => targets),
      [[host]],
    )
  }
})

test('an invalid address makes no target', async (t) => {
  const hosts = ['', 'a/b', 'user@a', 'a b', 'a:', 'a:b', 'a:123456', '::1', '[::1', 'a"', 'ü', 'a\n', '{{a}}']
  for (const headers of [{}, ...hosts.map((host) => ({ host }))]) {
    t.deepEqual(
      await routeOf(oneService)(asked(headers)),
      plainText(400, 'The header Host must say how this exporter is reached.'),
    )
  }
})

test('over TLS the targets are asked over TLS too; otherwise Prometheus’ own settings say so', async (t) => {
  const labelsWhen = async (isOverTls: boolean) => {
    const { body } = await routeOf(oneService, { isOverTls })(asked({ host: 'a' }))
    const list: ReadonlyArray<TargetGroup> = JSON.parse(textOf(body))
    return list.map(({ labels }) => labels.__scheme__)
  }
  t.deepEqual(await labelsWhen(true), ['https'])
  t.deepEqual(await labelsWhen(false), [undefined])
})

test('a service that has not been seen for longer than the maximum age is no target', async (t) => {
  const seenAt = (service_name: string, listedTime: number) => ({ ...serviceOf({ service_name }), listedTime })
  const snapshot = snapshotOf([seenAt('a', 700), seenAt('b', 699.9), seenAt('c', 1000)])
  const { body } = await routeOf({ only: [snapshot] })(asked({ host: 'a' }))
  const list: ReadonlyArray<TargetGroup> = JSON.parse(textOf(body))
  t.deepEqual(
    list.map(({ labels }) => labels.__param_service),
    ['a', 'c'],
  )
})

test('a list that was read longer ago than that is none', async (t) => {
  const statusOf = async (lastSuccessTime: number) =>
    (await routeOf({ only: [snapshotOf([], { lastSuccessTime })] })(asked({ host: 'a' }))).status
  t.is(await statusOf(700), 200)
  t.is(await statusOf(699.9), 503)
})

test('each list that could not be read is named, and what is known from before is not given', async (t) => {
  const failed = snapshotOf([serviceOf({})], { failure: someFailure })
  const route = routeOf({ north: [snapshotOf([serviceOf({})])], south: [failed, { ...failed, namespace: 'other' }] })
  const { status, body } = await route(asked({ host: 'a' }))
  t.is(status, 503)
  t.is(textOf(body), 'The services of south/demo, south/other could not be listed: keep the targets that you have.\n')
  t.is((await route(asked({ host: 'a' }, 'account=north'))).status, 200)
})

const labels = fc.array(
  fc.record({ key: fc.string({ unit: 'binary' }), value: fc.string({ unit: 'binary' }) }, { requiredKeys: ['key'] }),
  { maxLength: 4 },
)

/** Snapshots of lists that have just been read. */
const currentSnapshots = fc.tuple(snapshotLists, labels).map(([snapshots, labels]) =>
  snapshots.map(({ failure: _, ...snapshot }) => ({
    ...snapshot,
    lastSuccessTime: 1000,
    services: snapshot.services.map((reading) => ({ ...reading, service: { labels, ...reading.service } })),
  })),
)

const orderOf = ({ labels }: TargetGroup) => [
  labels.__meta_alauda_account ?? '',
  labels.__meta_alauda_namespace ?? '',
  labels.__meta_alauda_project ?? '',
  labels.__meta_alauda_space ?? '',
  labels.__meta_alauda_service ?? '',
]

/** The first list of texts that differs says which comes first. */
const isBefore = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean => {
  const index = a.findIndex((text, at) => text !== b[at])
  return index >= 0 && (a[index] ?? '') < (b[index] ?? '')
}

test('whatever the cloud has, Prometheus can take the list: names, values and order are right, and nothing is there twice', async (t) => {
  await fc.assert(
    fc.asyncProperty(currentSnapshots, currentSnapshots, async (north, south) => {
      const { status, headers, body } = await routeOf({ south, north })(asked({ host: 'exporter:10104' }))
      t.deepEqual([status, headers['content-type']], [200, 'application/json'])
      const list: ReadonlyArray<TargetGroup> = JSON.parse(textOf(body))
      const fresh = [...north, ...south].flatMap(({ services }) =>
        services.filter(({ listedTime }) => 1000 - listedTime <= 300),
      )
      t.is(list.length, fresh.length)
      for (const [index, group] of list.entries()) {
        t.deepEqual(Object.keys(group), ['targets', 'labels'])
        t.deepEqual(group.targets, ['exporter:10104'])
        for (const [name, value] of Object.entries(group.labels)) {
          t.regex(name, /^__(?:metrics_path__|(?:param|meta_alauda)_[a-zA-Z0-9_]+)$/)
          t.is(typeof value, 'string')
        }
        const next = list[index + 1]
        t.true(next === undefined || isBefore(orderOf(group), orderOf(next)))
      }
    }),
  )
})
