import { createServer } from 'node:http'
import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { registerAlaudaMetrics } from '@alauda-exporter/collector'
import { Counter, collectDefaultMetrics, Registry } from '@prometheus-io/client'

// The service as it was: a registry, metrics of its own, and a page for them.
const registry = new Registry()
collectDefaultMetrics({ register: registry })
const pages = new Counter({ name: 'shop_pages_total', help: 'Pages shown.', registers: [registry] })

const server = createServer(async (request, response) => {
  if (request.url !== '/metrics') {
    pages.inc()
    response.end('Welcome.\n')
    return
  }
  try {
    const page = await registry.metrics()
    response.writeHead(200, { 'content-type': registry.contentType }).end(page)
  } catch (error) {
    console.error(error)
    response.writeHead(500).end()
  }
})

// What is new: the same page shows the services on the cloud too.
const { ALAUDA_USERNAME = '', ALAUDA_PASSWORD = '', ALAUDA_ENDPOINT, ALAUDA_NAMESPACE, PORT = '3000' } = process.env
const alauda = registerAlaudaMetrics({
  registry,
  client: createAlaudaClient({
    endpoint: ALAUDA_ENDPOINT || undefined,
    credentials: { username: ALAUDA_USERNAME, password: ALAUDA_PASSWORD },
  }),
  namespaces: [ALAUDA_NAMESPACE || ALAUDA_USERNAME],
  // Each collection is logged at level debug, changes at higher levels.
  logger: { ...console, debug: () => {} },
})

server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}/metrics`)
})

// Requests that are under way are answered before the process ends.
const shutDown = () => {
  alauda.stop()
  server.close()
}
process.once('SIGTERM', shutDown).once('SIGINT', shutDown)
