import type { InstancePort, ServiceDefinition } from './service-definition.js'
import { createWorld, type World, type WorldOptions } from './world.js'

const hour = 3600

const port = (kind: 'http' | 'tcp', container_port: number): InstancePort => ({
  container_port,
  protocol: 'tcp',
  endpoint_type: `${kind}-endpoint`,
})

/** One core for each instance, so that a ratio of the CPU limit is a ratio of one core. */
const service = (
  service_name: string,
  image: string,
  mem: number,
  { instance_envvars, ...settings }: Partial<ServiceDefinition>,
): ServiceDefinition => ({
  service_name,
  image_name: `index.alauda.cn/${image}`,
  instance_size: 'M',
  custom_instance_size: { cpu: 1, mem },
  instance_envvars: { ...instance_envvars, DB_PASSWORD: `${service_name}-keeps-this-secret` },
  ...settings,
})

const services: ReadonlyArray<ServiceDefinition> = [
  service('kibana', 'library/kibana', 1024, {
    image_tag: '4.1',
    target_num_instances: 3,
    instance_ports: [port('http', 5601)],
    linked_to_apps: { elasticsearch: 'elasticsearch' },
    instance_envvars: { ELASTICSEARCH_URL: 'http://elasticsearch:9200' },
    load: { cpu: 0.12, memory: 0.4, receiveBytesPerCpuSecond: 80_000, transmitBytesPerCpuSecond: 600_000 },
  }),
  service('elasticsearch', 'library/elasticsearch', 4096, {
    image_tag: '1.7',
    target_num_instances: 2,
    instance_ports: [port('tcp', 9200), port('tcp', 9300)],
    instance_envvars: { ES_HEAP_SIZE: '2g' },
    volumes: [{ app_volume_dir: '/usr/share/elasticsearch/data', size_gb: 50 }],
    load: { cpu: 0.45, memory: 0.72, receiveBytesPerCpuSecond: 400_000, transmitBytesPerCpuSecond: 250_000 },
    disturbance: { kind: 'restart', every: 8 * hour, first: 300 },
  }),
  service('logstash', 'library/logstash', 2048, {
    image_tag: '1.5',
    run_command: 'logstash -f /etc/logstash/logstash.conf',
    target_num_instances: 2,
    instance_ports: [port('tcp', 5000)],
    linked_to_apps: { elasticsearch: 'elasticsearch' },
    instance_envvars: { LS_WORKERS: '2' },
    load: { cpu: 0.3, memory: 0.55, receiveBytesPerCpuSecond: 900_000, transmitBytesPerCpuSecond: 850_000 },
    disturbance: { kind: 'redeploy', every: 6 * hour, first: 480 },
  }),
  service('serviceexporter', 'demo/serviceexporter', 256, {
    instance_ports: [port('http', 8080)],
    instance_envvars: { ALAUDA_NAMESPACE: 'demo' },
    load: { cpu: 0.06, memory: 0.3, receiveBytesPerCpuSecond: 150_000, transmitBytesPerCpuSecond: 60_000 },
  }),
  service('prometheus', 'prom/prometheus', 1536, {
    image_tag: '0.15.1',
    instance_ports: [port('http', 9090)],
    linked_to_apps: { serviceexporter: 'serviceexporter' },
    instance_envvars: { RETENTION: '360h' },
    volumes: [{ app_volume_dir: '/prometheus', size_gb: 20 }],
    load: { cpu: 0.2, memory: 0.6, receiveBytesPerCpuSecond: 120_000, transmitBytesPerCpuSecond: 40_000 },
  }),
  service('web', 'demo/web', 512, {
    image_tag: '2.3.0',
    target_num_instances: 2,
    scaling_mode: 'AUTO',
    autoscaling_config: {
      metric_name: 'CPU_UTILIZATION',
      metric_stat: 'MEAN',
      upper_threshold: 0.7,
      lower_threshold: 0.3,
      minimum_num_instances: 2,
      maximum_num_instances: 6,
      increase_delta: 1,
      decrease_delta: 1,
      wait_period: 120,
    },
    instance_ports: [port('http', 80)],
    instance_envvars: { NODE_ENV: 'production' },
    load: { demand: 2.6, memory: 0.5, receiveBytesPerCpuSecond: 60_000, transmitBytesPerCpuSecond: 300_000 },
  }),
  service('staging-web', 'demo/web', 512, {
    image_tag: '2.4.0-rc.1',
    instance_ports: [port('http', 80)],
    instance_envvars: { NODE_ENV: 'staging' },
  }),
]

/**
 * The article's services: kibana, elasticsearch, logstash, serviceexporter and prometheus, plus an autoscaled and a
 * stopped service. For every seed, elasticsearch.0 restarts 5 minutes after `origin` (seconds since the epoch), and
 * logstash is redeployed after 8.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { articleWorld } from '@alauda-exporter/alauda-simulator'
 *
 * const world = articleWorld({ origin: Math.floor(Date.now() / 1000) })
 * assert.equal(world.serviceAt('kibana', world.origin)?.instances.length, 3)
 * ```
 */
export const articleWorld = (options: WorldOptions = {}): World => {
  const world = createWorld({ ...options, services })
  world.change({ at: world.origin - 240 * hour, action: 'stop', service: 'staging-web' })
  return world
}
