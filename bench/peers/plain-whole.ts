import { Agent } from 'node:http'
import { fetch } from 'cross-fetch'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { Gauge, Registry } from 'prom-client'
import { collectingFlags, reportCollections } from '../suite/collecting.js'

/** The plain way: cross-fetch with open connections, io-ts, `Promise.all` and gauges of prom-client. */
const { url, namespace, concurrency } = collectingFlags()
const agent = new Agent({ keepAlive: true, maxSockets: concurrency })

const Login = t.type({ token: t.string })
const Instance = t.type({ uuid: t.string, instance_name: t.string })
const Service = t.type({ service_name: t.string, instances: t.array(Instance) })
const Services = t.type({ count: t.number, results: t.array(Service) })
const Metrics = t.type({
  columns: t.array(t.string),
  points: t.array(t.array(t.union([t.number, t.null]))),
})

const registry = new Registry()
const columns = ['cpu_cumulative_usage', 'cpu_utilization', 'memory_usage', 'memory_utilization']
const traffic = ['rx_bytes', 'rx_errors', 'tx_bytes', 'tx_errors']
const labelNames = ['namespace', 'service', 'instance']
const gauges = new Map(
  [...columns, ...traffic].map((name) => [
    name,
    new Gauge({ name, help: `The column ${name}.`, labelNames, registers: [registry] }),
  ]),
)

const call = async <A>(path: string, codec: t.Decoder<unknown, A>, init: object = {}): Promise<A> => {
  const options: object = { ...init, agent }
  const response = await fetch(`${url}${path}`, options)
  const decoded = codec.decode(await response.json())
  if (E.isLeft(decoded)) throw new Error(`${path}: unexpected answer`)
  return decoded.right
}

const collect = async (): Promise<string> => {
  const { token } = await call('generate-api-token/', Login, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'demo', password: 'demo' }),
  })
  const headers = { authorization: `Token ${token}` }
  const readInstance = async (service: string, instance: t.TypeOf<typeof Instance>): Promise<void> => {
    const end = Math.floor(Date.now() / 1000)
    const path = `services/${namespace}/${service}/instances/${instance.uuid}/metrics`
    const query = `?start_time=${end - 300}&end_time=${end}&point_per_period=1m`
    const { columns, points } = await call(`${path}${query}`, Metrics, { headers })
    const newest = points.at(-1) ?? []
    const labels = { namespace, service, instance: instance.instance_name }
    for (const [index, column] of columns.entries()) gauges.get(column)?.set(labels, newest[index] ?? Number.NaN)
  }
  const list: Array<t.TypeOf<typeof Service>> = []
  for (let page = 1, count = 1; list.length < count; page += 1) {
    const answer = await call(`services/${namespace}/?page=${page}`, Services, { headers })
    list.push(...answer.results)
    count = answer.count
  }
  await Promise.all(
    list.flatMap(({ service_name, instances }) => instances.map((instance) => readInstance(service_name, instance))),
  )
  return registry.metrics()
}

await reportCollections({ metric: 'memory_usage', collectAndRender: collect, page: () => registry.metrics() })
agent.destroy()
