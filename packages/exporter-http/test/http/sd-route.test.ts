import type { Snapshot } from '@alauda-exporter/collector'
import test from 'ava'
import fc from 'fast-check'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { snapshotLists } from '../../../collector/test/helpers/arbitraries.js'
import { serviceOf, snapshotOf, someFailure } from '../../../collector/test/helpers/snapshots.js'
import { type SdConfig, sdRoute } from '../../src/http/sd.js'
import type { TargetGroup } from '../../src/http/target-group.js'
import type { Watched } from '../../src/watch.js'
import { asked } from '../helpers/asked.js'
import { defaults } from '../helpers/sources.js'

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
        client: defaults.client,
      },
      client: { listServices: never, getService: never, listInstances: never, getInstanceMetrics: never },
      config: { namespaces },
      collector: {
        start: () => {},
        stop: () => {},
        collect: async () => snapshots,
        snapshots: () => snapshots,
        ready: async () => {},
        unref: () => {},
        metrics: () => [],
        families: () => [],
        lazyFamilies: () => [],
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
    const list: ReadonlyArray<TargetGroup> = JSON.parse(body)
    t.deepEqual(
      list.map(({ targets }) => targets),
      [[host]],
    )
  }
})

test('what is no address is no target', async (t) => {
  const hosts = ['', 'a/b', 'user@a', 'a b', 'a:', 'a:b', 'a:123456', '::1', '[::1', 'a"', 'ü', 'a\n', '{{a}}']
  for (const headers of [{}, ...hosts.map((host) => ({ host }))]) {
    t.deepEqual(await routeOf(oneService)(asked(headers)), {
      status: 400,
      contentType: 'text/plain; charset=utf-8',
      body: 'The header Host must say how this exporter is reached.\n',
    })
  }
})

test('over TLS the targets are asked over TLS too; otherwise Prometheus’ own settings say so', async (t) => {
  const labelsWhen = async (isOverTls: boolean) => {
    const { body } = await routeOf(oneService, { isOverTls })(asked({ host: 'a' }))
    const list: ReadonlyArray<TargetGroup> = JSON.parse(body)
    return list.map(({ labels }) => labels.__scheme__)
  }
  t.deepEqual(await labelsWhen(true), ['https'])
  t.deepEqual(await labelsWhen(false), [undefined])
})

test('a service that has not been seen for longer than the maximum age is no target', async (t) => {
  const seenAt = (service_name: string, listedTime: number) => ({ ...serviceOf({ service_name }), listedTime })
  const snapshot = snapshotOf([seenAt('a', 700), seenAt('b', 699.9), seenAt('c', 1000)])
  const { body } = await routeOf({ only: [snapshot] })(asked({ host: 'a' }))
  const list: ReadonlyArray<TargetGroup> = JSON.parse(body)
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
  t.is(body, 'The services of south/demo, south/other could not be listed: keep the targets that you have.\n')
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
      const { status, contentType, body } = await routeOf({ south, north })(asked({ host: 'exporter:10104' }))
      t.deepEqual([status, contentType], [200, 'application/json'])
      const list: ReadonlyArray<TargetGroup> = JSON.parse(body)
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
