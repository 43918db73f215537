import test from 'ava'
import fc from 'fast-check'
import { Service } from '../../../src/cloud/codecs/service.js'
import { decoded } from '../../helpers/decoded.js'

test('reads a service of the first generation: JSON in strings, {} for no ports, null for no time', (t) => {
  t.deepEqual(
    decoded(Service, {
      uuid: 'a1',
      unique_name: 'a1',
      service_name: 'shop',
      namespace: 'demo',
      created_at: '2015-04-14T09:46:39.457Z',
      started_at: null,
      target_state: 'STARTED',
      is_deploying: false,
      image_name: 'index.alauda.cn/demo/shop',
      image_tag: 'v2',
      instance_size: 'XS',
      scaling_mode: 'AUTO',
      autoscaling_config: '{"minimum_num_instances":"1","maximum_num_instances":5,"upper_threshold":"0.8"}',
      target_num_instances: '2',
      current_num_instances: 2,
      instance_envvars: '{"DB_PASSWORD":"hunter2"}',
      instance_ports: {},
      linked_to_apps: '{"db":"db"}',
      linked_from_apps: '{}',
      instances: [{ instance_name: 'shop.0', uuid: 'b1', started_at: '2015-04-14T09:47:26.895Z' }],
      resource_uri: '/api/v1/apps/shop',
    }),
    {
      uuid: 'a1',
      service_name: 'shop',
      namespace: 'demo',
      created_at: 1429004799.457,
      target_state: 'STARTED',
      is_deploying: false,
      image_name: 'index.alauda.cn/demo/shop',
      image_tag: 'v2',
      instance_size: 'XS',
      scaling_mode: 'AUTO',
      autoscaling_config: { minimum_num_instances: 1, maximum_num_instances: 5, upper_threshold: 0.8 },
      target_num_instances: 2,
      current_num_instances: 2,
      instance_ports: [],
      linked_to_apps: { db: 'db' },
      linked_from_apps: {},
      instances: [{ instance_name: 'shop.0', uuid: 'b1', started_at: 1429004846.895 }],
    },
  )
})

test('reads a service of the second generation: objects, labels, limits, "None" and "" for absent', (t) => {
  t.deepEqual(
    decoded(Service, {
      uuid: 'a2',
      service_name: 'web',
      namespace: 'acme',
      space_name: 'staging',
      project_name: '',
      app_name: null,
      region_name: 'east',
      region: { display_text: 'East', name: 'east' },
      labels: [{ editable: false, propagate: false, key: 'tier', value: 'front' }],
      created_at: '2018-05-11T03:26:56.140445',
      last_autoscale_datetime: 'None',
      current_status: 'Starting',
      custom_instance_size: { mem: 256, cpu: 0.125 },
      autoscaling_config: {},
      instance_ports: [{ container_port: 80, service_port: '8080', protocol: 'tcp', default_domain: null }],
      instance_envvars: { DB_PASSWORD: 'hunter2' },
      linked_to_apps: [],
      instances: [],
    }),
    {
      uuid: 'a2',
      service_name: 'web',
      namespace: 'acme',
      space_name: 'staging',
      region: 'east',
      labels: [{ editable: false, propagate: false, key: 'tier', value: 'front' }],
      created_at: 1526009216.140445,
      current_status: 'Starting',
      custom_instance_size: { mem: 256, cpu: 0.125 },
      autoscaling_config: {},
      instance_ports: [{ container_port: 80, service_port: 8080, protocol: 'tcp' }],
      linked_to_apps: {},
      instances: [],
    },
  )
})

test('one shape, whichever generation spells it: the first spelling that can be read counts', (t) => {
  const spelled = (fields: object) => decoded(Service, { service_name: 'web', ...fields })
  const shape = { service_name: 'web', uuid: 'a1', region: 'east', application: 'shop', last_autoscaled_at: 1526009216 }
  const of2015 = { unique_name: 'a1', region: { IaaS: 'ALAUDA', name: 'east' }, application: 'shop', app_name: 'web' }
  t.deepEqual(spelled({ ...of2015, last_autoscaled_at: '2018-05-11T03:26:56Z' }), shape)
  const of2018 = { uuid: 'a1', region_name: 'east', app_name: 'shop', last_autoscale_datetime: '2018-05-11T03:26:56' }
  t.deepEqual(spelled(of2018), shape)
  t.deepEqual(spelled({ ...of2018, unique_name: 'b', region: { name: 'west' }, last_autoscaled_at: 'None' }), shape)
  t.deepEqual(spelled({ uuid: ['a1'], unique_name: 'b', region: {} }), {
    service_name: 'web',
    uuid: 'b',
    unreadableFields: ['uuid'],
  })
  t.deepEqual(spelled({ region_name: 'east', region: 5 }), {
    service_name: 'web',
    region: 'east',
    unreadableFields: ['region'],
  })
  t.deepEqual(spelled({ region: 'east' }), { service_name: 'web', unreadableFields: ['region'] })
  t.deepEqual(spelled({ app_name: 'web' }), { service_name: 'web' })
})

test('needs nothing but the name, which may be any text that can stand in a URL', (t) => {
  const names = fc.string({ unit: 'binary', minLength: 1 }).filter((name) => !['.', '..'].includes(name))
  fc.assert(
    fc.property(names, (service_name) => {
      t.deepEqual(decoded(Service, { service_name }), { service_name })
    }),
  )
  t.deepEqual(decoded(Service, { service_name: 'None' }), { service_name: 'None' })
})

test('never keeps environment variables, whose values are secrets', (t) => {
  for (const instance_envvars of ['{"A":"hunter2"}', { A: 'hunter2' }]) {
    t.notRegex(JSON.stringify(decoded(Service, { service_name: 'a', instance_envvars })), /hunter2/)
  }
})

test('fields of an unknown shape do not cost the service: they are left out, and named', (t) => {
  const odd = {
    target_num_instances: 'hunter2',
    is_deploying: 0,
    created_at: 'hunter2',
    image_tag: 4.1,
    region: ['east'],
    custom_instance_size: [],
    linked_to_apps: ['db'],
    instance_ports: [80],
    labels: [{ key: null }],
    instances: [{ uuid: 'b', instance_name: null }],
  }
  t.deepEqual(decoded(Service, { service_name: 'a', image_name: 'shop', ...odd }), {
    service_name: 'a',
    image_name: 'shop',
    unreadableFields: [
      'image_tag',
      'custom_instance_size',
      'is_deploying',
      'target_num_instances',
      'linked_to_apps',
      'instance_ports',
      'region',
      'labels',
      'created_at',
      'instances',
    ],
  })
  t.deepEqual(decoded(Service, { service_name: 'a', autoscaling_config: '{"minimum_num_instances": "hunter2"}' }), {
    service_name: 'a',
    autoscaling_config: { unreadableFields: ['minimum_num_instances'] },
    unreadableFields: ['autoscaling_config.minimum_num_instances'],
  })
})

test('a service without a name is none; what is said of it is where and what was expected, not what was found', (t) => {
  for (const service_name of [null, undefined, ['hunter2'], '', '.', '..']) {
    t.deepEqual(decoded(Service, { service_name }), ['service_name: a name'])
  }
})

test('what cannot be read in a list does not take the rest of it', (t) => {
  const good = { uuid: 'u', instance_name: 'a.1' }
  t.deepEqual(
    decoded(Service, {
      service_name: 'a',
      instances: [{ uuid: null, instance_name: 'a.0' }, good, { ...good, uuid: 'v', started_at: 1433753089000 }],
      labels: [{ key: null }, { key: 'tier', value: 'front' }],
      instance_ports: '[80, {"container_port": 443}]',
    }),
    {
      service_name: 'a',
      instances: [good, { ...good, uuid: 'v', unreadableFields: ['started_at'] }],
      labels: [{ key: 'tier', value: 'front' }],
      instance_ports: [{ container_port: 443 }],
      unreadableFields: ['instance_ports.0', 'labels.0', 'instances.0', 'instances.1.started_at'],
    },
  )
})

test('what cannot be a count, a limit or a time is left out', (t) => {
  for (const count of [-1, '-1', 2.5, 1e300, '1e999', 'N/A', true, {}]) {
    t.deepEqual(decoded(Service, { service_name: 'a', healthy_num_instances: count }), {
      service_name: 'a',
      unreadableFields: ['healthy_num_instances'],
    })
  }
  for (const cpu of [-0.5, 0, 1e300]) {
    t.deepEqual(decoded(Service, { service_name: 'a', custom_instance_size: { cpu, mem: 512 } }), {
      service_name: 'a',
      custom_instance_size: { mem: 512, unreadableFields: ['cpu'] },
      unreadableFields: ['custom_instance_size.cpu'],
    })
  }
  for (const created_at of [-1, 1433753089000, '1433753089000', '9999-12-31T23:59:59Z']) {
    t.deepEqual(decoded(Service, { service_name: 'a', created_at }), {
      service_name: 'a',
      unreadableFields: ['created_at'],
    })
  }
})
