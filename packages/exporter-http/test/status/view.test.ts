import { readFileSync } from 'node:fs'
import test from 'ava'
import { arrangementOf } from '../../src/status/arrangement.js'
import { createHistory } from '../../src/status/history.js'
import { statusOf } from '../../src/status/view.js'
import { finished } from '../helpers/steps.js'
import { ok, reading, snapshot, timeout, told, toldAfter, toldOf } from './snapshots.js'

test('all that is known of a service and its instances, in the units of Prometheus', (t) => {
  const history = createHistory()
  const at = (time: number, networkReceiveBytes: number) =>
    snapshot([
      reading(
        {
          name: 'web',
          uuid: 'u',
          project: 'p',
          space: 's',
          region: 'BEIJING1',
          image: 'index/web',
          imageTag: '2',
          status: 'Running',
          targetInstances: 3,
          startedInstances: 2,
          size: 'S',
        },
        [
          ok('a', {
            time,
            cpuUtilizationRatio: 0.5,
            memoryUsageBytes: 100,
            memoryUtilizationRatio: 0.2,
            networkReceiveBytes,
            networkTransmitBytes: 0,
          }),
          ok('b', {
            time,
            cpuUsageSeconds: networkReceiveBytes / 1000,
            cpuUtilizationRatio: 1.5,
            memoryUsageBytes: 50,
          }),
        ],
      ),
    ])
  finished(history.add({}, at(980, 0)))
  finished(history.add({}, { ...at(990, 1000), startTime: 1005 }))
  const status = told(
    [
      {
        namespaces: ['demo'],
        snapshots: [at(990, 1000)],
        sizes: { S: { cpu: 0.5, memory: 1024 } },
        statistics: {
          requests: [
            { endpoint: 'login', code: '200', count: 1 },
            { endpoint: 'listServices', code: '500', count: 4 },
          ],
        },
      },
    ],
    history,
    true,
  )
  t.deepEqual(status, {
    apiVersion: 2,
    version: '1.2.3',
    time: 1010,
    matchingServices: 1,
    page: 1,
    pageCount: 1,
    accounts: [
      {
        apiRequests: 5,
        namespaces: [
          {
            namespace: 'demo',
            up: true,
            lastCollectionTime: 1000,
            lastSuccessTime: 1000,
            collectionDurationSeconds: 0.5,
            collectionIntervalSeconds: 60,
            failedInstances: 0,
            leftOutInstances: 0,
            tooLong: 0,
            duplicates: 0,
            serviceCount: 1,
            runningInstances: 2,
            services: [
              {
                service: 'web',
                uuid: 'u',
                project: 'p',
                space: 's',
                region: 'BEIJING1',
                size: 'S',
                cpuLimitCores: 0.5,
                memoryLimitBytes: 1024,
                image: 'index/web:2',
                status: 'Running',
                targetInstances: 3,
                runningInstances: 2,
                listedTime: 1000,
                cpuUsageCores: 0.1,
                cpuUtilizationRatio: 0.2,
                memoryUsageBytes: 150,
                memoryUtilizationRatio: 0.2,
                networkReceiveBytesPerSecond: 100,
                networkTransmitBytesPerSecond: 0,
                history: {
                  times: [1000, 1005],
                  cpuUsageCores: [null, 0.1],
                  memoryUsageBytes: [150, 150],
                },
                instances: [
                  {
                    instance: 'web.a',
                    uuid: 'a',
                    outcome: 'ok',
                    startTime: 10,
                    sampleTime: 990,
                    memoryUsageBytes: 100,
                    memoryUtilizationRatio: 0.2,
                    networkReceiveBytesTotal: 1000,
                    networkTransmitBytesTotal: 0,
                    networkReceiveBytesPerSecond: 100,
                    networkTransmitBytesPerSecond: 0,
                  },
                  {
                    instance: 'web.b',
                    uuid: 'b',
                    outcome: 'ok',
                    startTime: 10,
                    sampleTime: 990,
                    cpuUsageSecondsTotal: 1,
                    cpuUsageCores: 0.1,
                    cpuUtilizationRatio: 0.2,
                    memoryUsageBytes: 50,
                  },
                ],
              },
            ],
          },
        ],
      },
    ],
  })
})

test('what is not known is absent', (t) => {
  t.deepEqual(toldOf(reading({ name: 'web' })).accounts[0]?.namespaces[0]?.services, [
    { service: 'web', listedTime: 1000, instances: [] },
  ])
  t.deepEqual(told([{ name: 'prod', namespaces: ['demo', 'demo'], snapshots: [] }]).accounts, [
    {
      account: 'prod',
      apiRequests: 0,
      namespaces: [
        {
          namespace: 'demo',
          failedInstances: 0,
          leftOutInstances: 0,
          tooLong: 0,
          duplicates: 0,
          serviceCount: 0,
          services: [],
        },
      ],
    },
  ])
})

test('values that are too old are not shown, nor services that were listed too long ago', (t) => {
  const old = reading({ name: 'old' }, [], { listedTime: 709 })
  const web = reading({ name: 'web' }, [ok('a', { time: 709, memoryUsageBytes: 1 })])
  const [service, ...others] = toldOf(old, web).accounts[0]?.namespaces[0]?.services ?? []
  t.deepEqual(others, [])
  t.deepEqual(service?.instances, [{ instance: 'web.a', uuid: 'a', outcome: 'empty', startTime: 10 }])
  t.is(service?.memoryUsageBytes, undefined)
})

test('what failed, and why; nothing of what caused it', (t) => {
  const unexpected = {
    kind: 'UnexpectedError',
    reason: 'decode',
    message: 'it threw',
    cause: new Error('with a secret'),
  } as const
  const failed = { ...ok('a', { time: 990, memoryUsageBytes: 1 }), outcome: 'failed' as const, failure: unexpected }
  const status = told([
    {
      namespaces: ['demo'],
      snapshots: [
        snapshot(
          [
            reading({ name: 'web' }, [failed], { duplicates: 2 }),
            reading({ name: 'api' }, [], { instancesFailure: timeout }),
          ],
          { failure: timeout, duplicates: 1, leftOut: { instances: 7, 'name-length': 5 } },
        ),
      ],
    },
  ])
  const [namespace] = status.accounts[0]?.namespaces ?? []
  const told1 = { kind: 'UnfinishedError', message: timeout.message }
  t.is(namespace?.up, false)
  t.deepEqual(namespace?.failure, told1)
  t.is(namespace?.failedInstances, 2)
  t.deepEqual(namespace?.firstInstanceFailure, { kind: 'UnexpectedError', message: 'it threw' })
  t.is(namespace?.duplicates, 3)
  t.is(namespace?.leftOutInstances, 7)
  t.is(namespace?.tooLong, 5)
  t.deepEqual(namespace?.services[0]?.instances[0]?.failure, { kind: 'UnexpectedError', message: 'it threw' })
  t.is(namespace?.services[0]?.memoryUsageBytes, 1)
  t.deepEqual(namespace?.services[1]?.instancesFailure, told1)
  t.false(JSON.stringify(status).includes('secret'))
})

test('all text is Unicode, all numbers are finite', (t) => {
  const odd = reading({ name: 'a\uDC00', status: '\uD800', targetInstances: Number.NaN }, [
    ok('u\uD800', { time: 990, cpuUtilizationRatio: Number.POSITIVE_INFINITY, memoryUsageBytes: 0 }, 'i\uD800'),
  ])
  const text = JSON.stringify(toldOf(odd))
  t.true(text.isWellFormed())
  t.false(text.includes('\\ud'))
  t.false(text.includes('null'))
  t.true(text.includes('"memoryUsageBytes":0'))
})

test('without a limit there are cores, and no share of them', (t) => {
  const at = (time: number, seconds: number) =>
    reading({ name: 'web', size: 'XS' }, [ok('a', { time, cpuUsageSeconds: seconds })])
  const [service] = toldAfter([at(930, 100)], at(990, 145)).accounts[0]?.namespaces[0]?.services ?? []
  t.like(service, { size: 'XS', cpuUsageCores: 0.75, cpuUtilizationRatio: undefined, cpuLimitCores: undefined })
})

test('a container that idled for a week and now uses its limit is shown at its limit', (t) => {
  const week = 7 * 86_400
  const at = (time: number, seconds: number) =>
    reading({ name: 'web', cpuLimitCores: 2 }, [
      ok('a', { time, cpuUsageSeconds: seconds, cpuUtilizationRatio: seconds / (week + time) }),
    ])
  const [service] = toldAfter([at(930, 600)], at(990, 720)).accounts[0]?.namespaces[0]?.services ?? []
  t.like(service?.instances[0], { cpuUsageCores: 2, cpuUtilizationRatio: 1 })
})

test('of any number of services, one page of the matching ones is shown, and their number', (t) => {
  const services = Array.from({ length: 1201 }, (_, index) =>
    reading({
      name: `web-${index}`,
      status: index % 2 === 0 ? 'Running' : 'Stopped',
      startedInstances: 1,
    }),
  )
  const of = (query: string) => {
    const wanted = arrangementOf(new URLSearchParams(query))
    const accounts = [{ namespaces: ['demo'], snapshots: [snapshot(services)] }]
    const options = { version: '1.2.3', now: 1010, maxAgeSeconds: 300, history: createHistory(), withHistory: true }
    const { matchingServices, page, pageCount, accounts: told } = finished(statusOf(accounts, { ...options, wanted }))
    const [namespace] = told[0]?.namespaces ?? []
    t.is(namespace?.serviceCount, 1201)
    t.is(namespace?.runningInstances, 1201)
    const names = namespace?.services.map(({ service }) => service) ?? []
    return [matchingServices, page, pageCount, names.length, names[0]]
  }
  t.deepEqual(of(''), [1201, 1, 3, 500, 'web-0'])
  t.deepEqual(of('page=3'), [1201, 3, 3, 201, 'web-1000'])
  t.deepEqual(of('page=4'), [1201, 4, 3, 0, undefined])
  t.deepEqual(of('status=Running&page=2'), [601, 2, 2, 101, 'web-1000'])
  t.deepEqual(of('name=WEB-120'), [2, 1, 1, 2, 'web-120'])
  t.deepEqual(of('region=none'), [0, 1, 1, 0, undefined])
})

test('of any number of instances, one page is shown, and the sum of all', (t) => {
  const instances = (count: number) =>
    Array.from({ length: count }, (_, index) => ok(`${index}`, { time: 1000, memoryUsageBytes: 1 }))
  const services = [reading({ name: 'a' }, instances(20_000)), reading({ name: 'b' }, instances(500))]
  const accounts = [{ namespaces: ['demo'], snapshots: [snapshot(services)] }]
  const options = { version: '1.2.3', now: 1010, maxAgeSeconds: 300, history: createHistory(), withHistory: true }
  const of = (query: string) => {
    const wanted = arrangementOf(new URLSearchParams(query))
    const told = finished(statusOf(accounts, { ...options, wanted })).accounts[0]?.namespaces[0]?.services ?? []
    return told.map(({ memoryUsageBytes, instances, instancePages: { count, page, pageCount } = {} }) => [
      memoryUsageBytes,
      instances.length,
      instances[0]?.uuid,
      ...(count === undefined ? [] : [count, page, pageCount]),
    ])
  }
  const b = [500, 500, '0']
  t.deepEqual(of(''), [[20_000, 500, '0', 20_000, 1, 40], b])
  t.deepEqual(of('instances=40'), [[20_000, 500, '19500', 20_000, 40, 40], b])
  t.deepEqual(of('instances=41'), [[20_000, 500, '19500', 20_000, 40, 40], b])
})

test('two of one name are known as such, though they are on two pages', (t) => {
  const services = Array.from({ length: 501 }, (_, index) =>
    reading({ name: index === 500 ? 'web-0' : `web-${index}`, project: `${index}` }),
  )
  const first = toldOf(...services).accounts[0]?.namespaces[0]?.services ?? []
  t.deepEqual(
    first.filter(({ isNamesake }) => isNamesake).map(({ service }) => service),
    ['web-0'],
  )
})

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The fields of all interfaces, each with whether it may be absent; the documentation shortens `FailureStatus` and so on. */
const fieldsIn = (source: string): ReadonlyArray<string> =>
  [...source.matchAll(/interface (\w+?)(?:(?<=\w)Status)?( extends \w+)? \{\n([\s\S]*?)\n\}/g)]
    .flatMap(([, name = '', parent = '', body = '']) => [
      `${name}${parent}`,
      ...[...body.matchAll(/^ {2}(?:readonly )?(\w+\??):/gm)].map(([, field = '']) => `${name}.${field}`),
    ])
    .sort()

test('docs/api.md describes every field of the model, and no other', (t) => {
  const documented = fieldsIn(read('../../../../docs/api.md'))
  t.true(documented.length > 50)
  t.deepEqual(documented, fieldsIn(read('../../src/status/model.ts')))
})
