import type { InstancePort, ServiceDefinition } from './service-definition.js'
import { createWorld, type World, type WorldOptions } from './world.js'

const hour = 3600

const port = (kind: 'http' | 'tcp', container_port: number): InstancePort => ({
  container_port,
  protocol: 'tcp',
  endpoint_type: `${kind}-endpoint`,
})

/** One core each, so that a ratio of the CPU limit is a ratio of one core. */
const oneCore = (mem: number): Pick<ServiceDefinition, 'instance_size' | 'custom_instance_size'> => ({
  instance_size: 'M',
  custom_instance_size: { cpu: 1, mem },
})

const services: ReadonlyArray<ServiceDefinition> = [
  {
    service_name: 'kibana',
    image_name: 'index.alauda.cn/library/kibana',
    image_tag: '4.1',
    target_num_instances: 3,
    ...oneCore(1024),
    instance_ports: [port('http', 5601)],
    linked_to_apps: { elasticsearch: 'elasticsearch' },
    instance_envvars: { ELASTICSEARCH_URL: 'http://elasticsearch:9200', DB_PASSWORD: 'kibana-keeps-this-secret' },
    load: { cpu: 0.12, memory: 0.4, receiveBytesPerCpuSecond: 80_000, transmitBytesPerCpuSecond: 600_000 },
  },
  {
    service_name: 'elasticsearch',
    image_name: 'index.alauda.cn/library/elasticsearch',
    image_tag: '1.7',
    target_num_instances: 2,
    ...oneCore(4096),
    instance_ports: [port('tcp', 9200), port('tcp', 9300)],
    instance_envvars: { ES_HEAP_SIZE: '2g', DB_PASSWORD: 'elasticsearch-keeps-this-secret' },
    volumes: [{ app_volume_dir: '/usr/share/elasticsearch/data', size_gb: 50 }],
    load: { cpu: 0.45, memory: 0.72, receiveBytesPerCpuSecond: 400_000, transmitBytesPerCpuSecond: 250_000 },
    disturbance: { kind: 'restart', every: 8 * hour, first: 300 },
  },
  {
    service_name: 'logstash',
    image_name: 'index.alauda.cn/library/logstash',
    image_tag: '1.5',
    run_command: 'logstash -f /etc/logstash/logstash.conf',
    target_num_instances: 2,
    ...oneCore(2048),
    instance_ports: [port('tcp', 5000)],
    linked_to_apps: { elasticsearch: 'elasticsearch' },
    instance_envvars: { LS_WORKERS: '2', DB_PASSWORD: 'logstash-keeps-this-secret' },
    load: { cpu: 0.3, memory: 0.55, receiveBytesPerCpuSecond: 900_000, transmitBytesPerCpuSecond: 850_000 },
    disturbance: { kind: 'redeploy', every: 6 * hour, first: 480 },
  },
  {
    service_name: 'serviceexporter',
    image_name: 'index.alauda.cn/demo/serviceexporter',
    target_num_instances: 1,
    ...oneCore(256),
    instance_ports: [port('http', 8080)],
    instance_envvars: { ALAUDA_NAMESPACE: 'demo', DB_PASSWORD: 'serviceexporter-keeps-this-secret' },
    load: { cpu: 0.06, memory: 0.3, receiveBytesPerCpuSecond: 150_000, transmitBytesPerCpuSecond: 60_000 },
  },
  {
    service_name: 'prometheus',
    image_name: 'index.alauda.cn/prom/prometheus',
    image_tag: '0.15.1',
    target_num_instances: 1,
    ...oneCore(1536),
    instance_ports: [port('http', 9090)],
    linked_to_apps: { serviceexporter: 'serviceexporter' },
    instance_envvars: { RETENTION: '360h', DB_PASSWORD: 'prometheus-keeps-this-secret' },
    volumes: [{ app_volume_dir: '/prometheus', size_gb: 20 }],
    load: { cpu: 0.2, memory: 0.6, receiveBytesPerCpuSecond: 120_000, transmitBytesPerCpuSecond: 40_000 },
  },
  {
    service_name: 'web',
    image_name: 'index.alauda.cn/demo/web',
    image_tag: '2.3.0',
    target_num_instances: 2,
    ...oneCore(512),
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
    instance_envvars: { NODE_ENV: 'production', DB_PASSWORD: 'web-keeps-this-secret' },
    load: { demand: 2.6, memory: 0.5, receiveBytesPerCpuSecond: 60_000, transmitBytesPerCpuSecond: 300_000 },
  },
  {
    service_name: 'staging-web',
    image_name: 'index.alauda.cn/demo/web',
    image_tag: '2.4.0-rc.1',
    target_num_instances: 1,
    ...oneCore(512),
    instance_ports: [port('http', 80)],
    instance_envvars: { NODE_ENV: 'staging', DB_PASSWORD: 'staging-web-keeps-this-secret' },
  },
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
