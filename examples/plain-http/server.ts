import { createServer } from 'node:http'
import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { createCollector, createMetricsHandler } from '@alauda-exporter/collector'

const { ALAUDA_USERNAME = '', ALAUDA_PASSWORD = '', ALAUDA_ENDPOINT, ALAUDA_NAMESPACE, PORT = '3000' } = process.env
const shutdown = new AbortController()

const collector = createCollector({
  client: createAlaudaClient({
    endpoint: ALAUDA_ENDPOINT || undefined,
    credentials: { username: ALAUDA_USERNAME, password: ALAUDA_PASSWORD },
  }),
  namespaces: [ALAUDA_NAMESPACE || ALAUDA_USERNAME],
  // Each collection is logged at level debug, changes at higher levels.
  logger: { ...console, debug: () => {} },
  signal: shutdown.signal,
})
collector.start()

const showMetrics = createMetricsHandler(collector)
const server = createServer((request, response) => {
  if (request.url === '/metrics') showMetrics(request, response)
  else response.writeHead(404).end()
})

server.listen({ port: Number(PORT), host: '127.0.0.1', signal: shutdown.signal }, () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}/metrics`)
})

// One signal ends the collector and the server; requests that are under way are answered before the process ends.
const shutDown = () => shutdown.abort()
process.once('SIGTERM', shutDown).once('SIGINT', shutDown)
