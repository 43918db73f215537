export const instancesPerService = 10
export const servicesPerPage = 100
/** Of the services that are probed one by one. */
export const instancesPerTarget = 5

const columns = [
  'time',
  'sequence_number',
  'cpu_cumulative_usage',
  'cpu_utilization',
  'memory_usage',
  'memory_utilization',
  'rx_bytes',
  'rx_errors',
  'tx_bytes',
  'tx_errors',
]
const values = '1481234,310527696123456,12.534201388888889,1160727040,43.242187500000014,1801234567890,0,987654321010,0'

/**
 * The answer to a call for an instance's metrics: six points, a minute apart. The time of the newest is given as text, so that it can
 * be a variable of the server's.
 */
export const metricsAnswer = (newestTime: string, startTime: number): string => {
  const older = [5, 4, 3, 2, 1].map((minutes) => String(startTime - 60 * minutes))
  const points = [...older, newestTime].map((time) => `[${time},${values}]`)
  return `{"name":"stats","columns":${JSON.stringify(columns)},"points":[${points.join(',')}]}`
}

/** The instances of a service, which is named by eight digits or a variable of the server's. */
export const instancesAnswer = (service: string, count = instancesPerService): string => {
  const instances = Array.from({ length: count }, (_, index) => {
    const uuid = `00000000-0000-4000-8000-${service}000${index}`
    return `{"uuid":"${uuid}","instance_name":"service-${service}.${index}","started_at":"2026-01-01T00:00:00Z"}`
  })
  return `[${instances.join(',')}]`
}

/** A service with so many instances. */
export const serviceAnswer = (service: string, count = instancesPerService): string => {
  const fields = {
    service_name: `service-${service}`,
    uuid: `10000000-0000-4000-8000-0000${service}`,
    namespace: 'demo',
    region_name: 'BEIJING1',
    image_name: `index.alauda.cn/demo/service-${service}`,
    image_tag: 'v1.2.3',
    instance_size: 'S',
    current_status: 'Running',
    target_state: 'STARTED',
    scaling_mode: 'MANUAL',
    is_deploying: false,
    target_num_instances: count,
    current_num_instances: count,
    started_num_instances: count,
    healthy_num_instances: count,
    created_at: '2025-12-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    started_at: '2026-01-01T00:00:00Z',
  }
  return JSON.stringify(fields).replace(/\}$/, `,"instances":${instancesAnswer(service, count)}}`)
}

/** The pages of a list of services that have so many instances each. */
export const listPages = (services: number, count = instancesPerService): ReadonlyArray<string> => {
  const pages = Math.ceil(services / servicesPerPage)
  return Array.from({ length: pages }, (_, page) => {
    const first = page * servicesPerPage
    const listed = (number: number) => serviceAnswer(String(number).padStart(8, '0'), count)
    const numbers = Array.from({ length: Math.min(servicesPerPage, services - first) }, (_, index) => first + index)
    const next = page + 1 < pages ? `"http://127.0.0.1/?page=${page + 2}"` : 'null'
    return `{"count":${services},"next":${next},"results":[${numbers.map(listed).join(',')}]}`
  })
}
