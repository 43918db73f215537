import { createWorld, type ServiceDefinition, type World } from '@alauda-exporter/alauda-simulator'
import { startTime } from './watch-cloud.js'

const kibana: ServiceDefinition = {
  service_name: 'kibana',
  image_name: 'index.alauda.cn/library/kibana',
  target_num_instances: 3,
}
const elasticsearch: ServiceDefinition = {
  service_name: 'elasticsearch',
  image_name: 'index.alauda.cn/library/elasticsearch',
  target_num_instances: 2,
}

/** Kibana with three instances and elasticsearch with two. */
export const twoServices = (): World => createWorld({ origin: startTime, services: [kibana, elasticsearch] })

// The cloud's pages have 20 services each.
const idle = Array.from(
  { length: 19 },
  (_, index): ServiceDefinition => ({
    service_name: `idle-${index + 1}`,
    image_name: 'index.alauda.cn/demo/idle',
    target_state: 'STOPPED',
  }),
)

/** The same on two pages, with services between them that do not run: elasticsearch comes first, kibana on the second page. */
export const kibanaOnPageTwo = (): World =>
  createWorld({ origin: startTime, services: [elasticsearch, ...idle, kibana] })
