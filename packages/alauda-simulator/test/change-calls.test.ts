import test from 'ava'
import { field, items, type OpenCloud, openCloud } from './open-cloud.js'

const autoscaling = {
  metric_name: 'CPU_UTILIZATION',
  metric_stat: 'MEAN',
  upper_threshold: '0.95',
  lower_threshold: 0.5,
  minimum_num_instances: 2,
  maximum_num_instances: 5,
  increase_delta: 1,
  decrease_delta: 1,
  wait_period: 120,
}

const names = async ({ get }: OpenCloud, service: string) =>
  items(await get(`services/demo/${service}/instances/`)).map((instance) => field(instance, 'instance_name'))

/** Changes are answered with a 2xx and nothing else. */
const isDone = async (response: Response): Promise<boolean> => {
  return response.ok && (await response.text()) === ''
}

test('scaling a service brings and ends instances', async (t) => {
  const opened = await openCloud(t)
  const scale = (target_num_instances: number) =>
    opened.call('PUT', 'services/demo/kibana', { app_name: 'kibana', target_num_instances })
  t.true(await isDone(await scale(4)))
  t.like(await opened.get('services/demo/kibana'), { target_num_instances: 4, current_num_instances: 3 })
  opened.pass(3)
  t.deepEqual(await names(opened, 'kibana'), ['kibana.0', 'kibana.1', 'kibana.2', 'kibana.3'])
  t.true(await isDone(await scale(2)))
  t.deepEqual(await names(opened, 'kibana'), ['kibana.0', 'kibana.1'])
})

test('a service is stopped and started', async (t) => {
  const opened = await openCloud(t)
  t.true(await isDone(await opened.call('PUT', 'services/demo/kibana/stop/')))
  t.like(await opened.get('services/demo/kibana'), {
    target_state: 'STOPPED',
    current_status: 'Stopped',
    instances: [],
  })
  opened.pass(10)
  t.true(await isDone(await opened.call('PUT', 'services/demo/kibana/start/')))
  t.like(await opened.get('services/demo/kibana'), { current_status: 'Deploying', is_deploying: true, instances: [] })
  opened.pass(3)
  t.like(await opened.get('services/demo/kibana'), { current_status: 'Running', current_num_instances: 3 })
})

test('a deleted service is gone', async (t) => {
  const { call, get } = await openCloud(t)
  t.true(await isDone(await call('DELETE', 'services/demo/kibana')))
  t.is((await call('GET', 'services/demo/kibana')).status, 404)
  t.is((await call('DELETE', 'services/demo/kibana')).status, 404)
  t.is(field(await get('services/demo/'), 'count'), 6)
})

test('a service is created as the vendor’s client does it', async (t) => {
  const { call, get, pass } = await openCloud(t)
  const response = await call('POST', 'services/demo/', {
    app_name: 'cache',
    image_name: 'library/redis',
    image_tag: '3',
    target_num_instances: 2,
    instance_size: 'L',
    target_state: 'STARTED',
    run_command: 'redis-server',
    instance_envvars: { MODE: 'fast' },
    instance_ports: [{ container_port: 6379, protocol: 'tcp', endpoint_type: 'tcp-endpoint' }],
    linked_to_apps: { kibana: 'board' },
    volumes: [{ app_volume_dir: '/data', size_gb: 10, volume_type: 'EBS' }],
    scaling_mode: 'MANUAL',
    autoscaling_config: {},
    custom_domain_name: '',
    region_name: 'SHANGHAI1',
  })
  t.is(response.status, 201)
  t.like(await response.json(), { service_name: 'cache', current_status: 'Deploying', is_deploying: true })
  pass(2)
  const service = await get('services/demo/cache')
  t.like(service, {
    current_status: 'Running',
    current_num_instances: 2,
    instance_size: 'L',
    custom_instance_size: { cpu: 2, mem: 4096 },
    run_command: 'redis-server',
    linked_to_apps: '{"kibana":"board"}',
    region_name: 'SHANGHAI1',
  })
  t.like(items(service, 'instance_ports')[0], { container_port: 6379, default_domain: 'cache-demo.alauda.example' })
  t.is(field(await get('services/demo/kibana'), 'linked_from_apps'), '{"cache":"board"}')
})

test('a custom size wins over a named one', async (t) => {
  const { call } = await openCloud(t)
  const response = await call('POST', 'services/demo/', {
    service_name: 'cache',
    image_name: 'redis',
    instance_size: 'XS',
    custom_instance_size: { cpu: 3, mem: 300 },
  })
  t.like(await response.json(), { instance_size: 'XS', custom_instance_size: { cpu: 3, mem: 300 } })
})

test('a service created as stopped has no instances until it is started', async (t) => {
  const opened = await openCloud(t)
  await opened.call('POST', 'services/demo/', { app_name: 'later', image_name: 'x', target_state: 'STOPPED' })
  opened.pass(10)
  t.like(await opened.get('services/demo/later'), { current_status: 'Stopped', started_at: null, instances: [] })
  await opened.call('PUT', 'services/demo/later/start')
  opened.pass(10)
  t.deepEqual(await names(opened, 'later'), ['later.0'])
})

test('a name that is taken cannot be given again', async (t) => {
  const { call } = await openCloud(t)
  const response = await call('POST', 'services/demo/', { app_name: 'kibana', image_name: 'x' })
  t.is(response.status, 409)
  t.regex(String(field(await response.json(), 'detail')), /kibana/)
})

test('autoscaling is switched on with its configuration as an object or as JSON in a string, and off', async (t) => {
  const { call, get } = await openCloud(t)
  for (const autoscaling_config of [autoscaling, JSON.stringify(autoscaling)]) {
    t.true(await isDone(await call('PUT', 'services/demo/kibana', { scaling_mode: 'AUTO', autoscaling_config })))
    const service = await get('services/demo/kibana')
    t.is(field(service, 'scaling_mode'), 'AUTO')
    t.deepEqual(JSON.parse(String(field(service, 'autoscaling_config'))), { ...autoscaling, upper_threshold: 0.95 })
    t.true(await isDone(await call('PUT', 'services/demo/kibana', { scaling_mode: 'MANUAL', target_num_instances: 3 })))
    t.like(await get('services/demo/kibana'), { scaling_mode: 'MANUAL', target_num_instances: 3 })
  }
})

test('another image is rolled out', async (t) => {
  const { call, get, pass } = await openCloud(t)
  t.true(await isDone(await call('PUT', 'services/demo/kibana', { image_tag: '4.2' })))
  pass(5)
  t.like(await get('services/demo/kibana'), { current_status: 'Deploying', image_tag: '4.2', current_num_instances: 4 })
})

const bad: [string, unknown][] = [
  ['no JSON', '{'],
  ['no object', []],
  ['no body', ''],
  ['no name', { image_name: 'x' }],
  ['no image', { app_name: 'x' }],
  ['half an instance', { app_name: 'x', image_name: 'x', target_num_instances: 0.5 }],
  ['a count in a string', { app_name: 'x', image_name: 'x', target_num_instances: '2' }],
  ['an unknown size', { app_name: 'x', image_name: 'x', instance_size: 'XXXL' }],
  ['a size of nothing', { app_name: 'x', image_name: 'x', custom_instance_size: { cpu: 0, mem: 1 } }],
  ['an unknown state', { app_name: 'x', image_name: 'x', target_state: 'ASLEEP' }],
  ['a variable that is a number', { app_name: 'x', image_name: 'x', instance_envvars: { A: 1 } }],
  ['ports as a number', { app_name: 'x', image_name: 'x', instance_ports: 80 }],
  ['a port without a number', { app_name: 'x', image_name: 'x', instance_ports: [{ protocol: 'tcp' }] }],
  ['a volume without a size', { app_name: 'x', image_name: 'x', volumes: [{ app_volume_dir: '/' }] }],
  ['autoscaling without bounds', { app_name: 'x', image_name: 'x', scaling_mode: 'AUTO' }],
  [
    'bounds upside down',
    {
      app_name: 'x',
      image_name: 'x',
      scaling_mode: 'AUTO',
      autoscaling_config: { ...autoscaling, maximum_num_instances: 1 },
    },
  ],
]

for (const [name, body] of bad) {
  test(`a service with ${name} is refused with a sentence`, async (t) => {
    const { call, get } = await openCloud(t)
    const response = await call('POST', 'services/demo/', body)
    t.is(response.status, 400)
    t.regex(String(field(await response.json(), 'detail')), /\.$/)
    t.is(field(await get('services/demo/'), 'count'), 7)
  })
}

test('every wrong field of a service is reported at once', async (t) => {
  const { call } = await openCloud(t)
  const wrong = { target_num_instances: 0.5, target_state: 'ASLEEP', custom_instance_size: { cpu: 0 } }
  const response = await call('PUT', 'services/demo/kibana', wrong)
  t.is(response.status, 400)
  t.deepEqual(await response.json(), {
    detail:
      'target_num_instances must be a whole number from 0 to 1000. target_state must be one of STARTED, STOPPED. ' +
      'custom_instance_size must be an object with cpu (a number above 0), mem (a number above 0).',
  })
})
