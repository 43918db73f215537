import { articleWorld, startSimulator } from '@alauda-exporter/alauda-simulator'
import type { Service } from '@alauda-exporter/collector'
import test, { type ExecutionContext } from 'ava'
import { programOf, startProcess } from '../../../testing/start-process.js'
import { missingInstances } from '../missing-instances.js'

// kibana is to have two instances more, which the cloud takes its time to start.
const startScalingCloud = async (t: ExecutionContext) => {
  const origin = Math.floor(Date.now() / 1000)
  const world = articleWorld({ origin })
  world.change({ at: origin, action: 'update', service: 'kibana', set: { target_num_instances: 5 } })
  const cloud = await startSimulator({ world, clock: { now: () => origin * 1000 } })
  t.teardown(() => cloud.close())
  return cloud
}

const startExample = (t: ExecutionContext, file: string, endpoint: string): Promise<string> =>
  startProcess(t, process.execPath, [programOf(`examples/custom-metric/${file}`)], {
    cwd: 'examples/custom-metric',
    env: { ALAUDA_ENDPOINT: endpoint, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo', PORT: '0' },
  }).match(/(http:\S+\/metrics)/)

const missingOf = (page: string) =>
  page.split('\n').filter((line) => line.startsWith('shop_service_missing_instances{'))

// staging-web was stopped: it lacks nothing, although the cloud still returns its target number of instances.
const expected = [
  'shop_service_missing_instances{namespace="demo",service="elasticsearch"} 0',
  'shop_service_missing_instances{namespace="demo",service="kibana"} 2',
  'shop_service_missing_instances{namespace="demo",service="logstash"} 0',
  'shop_service_missing_instances{namespace="demo",service="prometheus"} 0',
  'shop_service_missing_instances{namespace="demo",service="serviceexporter"} 0',
  'shop_service_missing_instances{namespace="demo",service="staging-web"} 0',
  'shop_service_missing_instances{namespace="demo",service="web"} 0',
]

test('a metric of one’s own stands on the page beside the others', async (t) => {
  const cloud = await startScalingCloud(t)
  const page = await (await fetch(await startExample(t, 'server.ts', cloud.url))).text()
  t.regex(page, /^# TYPE shop_service_missing_instances gauge$/m)
  t.regex(page, /^alauda_service_target_instances\{namespace="demo",service="kibana"\} 5$/m)
  t.deepEqual(missingOf(page), expected)
  t.is(cloud.requests.filter(({ path }) => path.startsWith('/v1/services/demo/?')).length, 1)
})

test('a registry shows it too, right from the first page', async (t) => {
  const cloud = await startScalingCloud(t)
  const page = await (await fetch(await startExample(t, 'with-registry.ts', cloud.url))).text()
  t.regex(page, /^alauda_up\{namespace="demo"\} 1$/m)
  t.deepEqual(missingOf(page), expected)
})

test('what is unknown has no sample', (t) => {
  const reading = (service: Service) => ({ service, listedTime: 1000, instances: [], duplicates: 0 })
  const services = [
    reading({ name: 'web', project: 'shop', targetInstances: 3, healthyInstances: 1 }),
    reading({ name: 'untold', targetInstances: 3 }),
  ]
  const snapshot = {
    namespace: 'demo',
    startTime: 1000,
    durationSeconds: 1,
    services,
    duplicates: 0,
    leftOut: {},
    unreadableValues: {},
    futurePoints: 0,
    failures: {},
  }
  const labels = { namespace: 'demo', project: 'shop', service: 'web' }
  t.deepEqual(missingInstances.samples(snapshot), [{ labels, value: 2 }])
})
