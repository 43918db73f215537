import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { createCollector, createFetchHandler } from '@alauda-exporter/collector'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const { ALAUDA_USERNAME = '', ALAUDA_PASSWORD = '', ALAUDA_ENDPOINT, ALAUDA_NAMESPACE, PORT = '3000' } = process.env

const collector = createCollector({
  client: createAlaudaClient({
    endpoint: ALAUDA_ENDPOINT || undefined,
    credentials: { username: ALAUDA_USERNAME, password: ALAUDA_PASSWORD },
  }),
  namespaces: [ALAUDA_NAMESPACE || ALAUDA_USERNAME],
  // Each collection is logged at level debug, changes at higher levels.
  logger: { ...console, debug: () => {} },
})
collector.start()

const showMetrics = createFetchHandler(collector)
const app = new Hono()
app.get('/metrics', ({ req }) => showMetrics(req.raw))

const server = serve({ fetch: app.fetch, port: Number(PORT), hostname: '127.0.0.1' }, ({ port }) => {
  console.log(`http://127.0.0.1:${port}/metrics`)
})

// Requests that are under way are answered before the process ends.
const shutDown = () => {
  collector.stop()
  server.close()
}
process.once('SIGTERM', shutDown).once('SIGINT', shutDown)
