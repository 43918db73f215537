import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { registerAlaudaMetrics } from '@alauda-exporter/collector'
import express from 'express'
import { Counter, collectDefaultMetrics, register } from 'prom-client'

// The app as it was: a registry, metrics of its own, and a page for them.
const app = express()
collectDefaultMetrics()
const orders = new Counter({ name: 'shop_orders_total', help: 'Orders taken.' })

app.post('/orders', (_request, response) => {
  orders.inc()
  response.sendStatus(201)
})

app.get('/metrics', async (_request, response) => {
  response.type(register.contentType).send(await register.metrics())
})

// What is new: the same page shows the services on the cloud too.
const { ALAUDA_USERNAME = '', ALAUDA_PASSWORD = '', ALAUDA_ENDPOINT, ALAUDA_NAMESPACE, PORT = '3000' } = process.env
const alauda = registerAlaudaMetrics({
  registry: register,
  client: createAlaudaClient({
    endpoint: ALAUDA_ENDPOINT || undefined,
    credentials: { username: ALAUDA_USERNAME, password: ALAUDA_PASSWORD },
  }),
  namespaces: [ALAUDA_NAMESPACE || ALAUDA_USERNAME],
  // Each collection is logged at level debug, changes at higher levels.
  logger: { ...console, debug: () => {} },
})

const server = app.listen(Number(PORT), '127.0.0.1', (error) => {
  if (error) throw error
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}/metrics`)
})

// Requests that are under way are answered before the process ends.
const shutDown = () => {
  alauda.stop()
  server.close()
}
process.once('SIGTERM', shutDown).once('SIGINT', shutDown)
