import { fetch } from 'cross-fetch'
import { Gauge, Registry } from 'prom-client'
import { collectingFlags, reportCollections } from '../suite/collecting.js'

/**
 * The exporter of 2016, rewritten from its description: it logs in, lists the services, for each service its instances, and for
 * each instance its metrics. One call after the other, each on a connection of its own.
 */
const { url, namespace } = collectingFlags()

const registry = new Registry()
const gauges = ['cpu_cumulative_usage', 'cpu_utilization', 'memory_usage', 'memory_utilization'].map((name) => ({
  name,
  gauge: new Gauge({ name, help: name, labelNames: ['service', 'instance'], registers: [registry] }),
}))

const call = async (path: string, init = {}) => (await fetch(`${url}${path}`, init)).json()

const collect = async (): Promise<string> => {
  const { token } = await call('generate-api-token/', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'demo', password: 'demo' }),
  })
  const headers = { authorization: `Token ${token}` }
  const { results } = await call(`services/${namespace}/`, { headers })
  for (const { service_name: service } of results) {
    for (const { uuid, instance_name } of await call(`services/${namespace}/${service}/instances/`, { headers })) {
      const end = Math.floor(Date.now() / 1000)
      const window = `start_time=${end - 300}&end_time=${end}&point_per_period=1m`
      const path = `services/${namespace}/${service}/instances/${uuid}/metrics?${window}`
      const { columns, points } = await call(path, { headers })
      for (const { name, gauge } of gauges) {
        gauge.set({ service, instance: instance_name }, points.at(-1)[columns.indexOf(name)])
      }
    }
  }
  return registry.metrics()
}

await reportCollections({ metric: 'memory_usage', collectAndRender: collect, page: () => registry.metrics() })
