import { createServer } from 'node:http'

/**
 * A cloud of 10 000 instances, as a program of its own. Not the simulator, which works out what happened to each instance: here
 * the machine's time is to be the exporter's.
 */
const pageSize = 100
const instances = (service: number) =>
  Array.from({ length: 10 }, (_, index) => ({
    uuid: `instance-${service}-${index}`,
    instance_name: `service-${service}.${index}`,
    started_at: '2026-01-01T00:00:00Z',
  }))
const services = Array.from({ length: 1000 }, (_, service) => ({
  service_name: `service-${service}`,
  uuid: `service-${service}`,
  current_status: 'Running',
  target_num_instances: 10,
  started_num_instances: 10,
  instances: instances(service),
}))

const pages = Array.from({ length: services.length / pageSize }, (_, page) =>
  JSON.stringify({ count: services.length, results: services.slice(page * pageSize, (page + 1) * pageSize) }),
)
const details = new Map(services.map((service) => [service.service_name, JSON.stringify(service)]))

const columns = ['time', 'cpu_cumulative_usage', 'memory_usage', 'memory_utilization', 'rx_bytes', 'tx_bytes']

const metrics = (): string => {
  const now = Math.floor(Date.now() / 1000)
  const point = (time: number) => [time, time * 1e8, 1e8, 50, time * 1000, time * 1000]
  return JSON.stringify({ columns, points: [point(now - 60), point(now)] })
}

const answerTo = (url: URL): string | undefined => {
  if (url.pathname.endsWith('/generate-api-token/')) return '{"token":"any"}'
  if (url.pathname.endsWith('/metrics')) return metrics()
  const [, service] = /\/services\/[^/]+\/([^/]+)\/$/.exec(url.pathname) ?? []
  return service === undefined ? pages[Number(url.searchParams.get('page') ?? 1) - 1] : details.get(service)
}

const server = createServer((request, response) => {
  const answer = answerTo(new URL(request.url ?? '', 'http://cloud'))
  response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' }).end(answer ?? '{}')
})

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.send?.(`http://127.0.0.1:${address.port}/v1/`)
})
process.once('disconnect', () => process.exit())
