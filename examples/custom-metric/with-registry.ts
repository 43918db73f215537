import { createServer } from 'node:http'
import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { registerAlaudaMetrics } from '@alauda-exporter/collector'
import { register } from 'prom-client'
import { missingInstances } from './missing-instances.js'

const { ALAUDA_USERNAME, ALAUDA_PASSWORD, ALAUDA_ENDPOINT, ALAUDA_NAMESPACE, PORT = '3000' } = process.env
if (!ALAUDA_USERNAME || !ALAUDA_PASSWORD) {
  console.error('Set ALAUDA_USERNAME and ALAUDA_PASSWORD.')
  process.exit(2)
}

const alauda = registerAlaudaMetrics({
  registry: register,
  client: createAlaudaClient({
    endpoint: ALAUDA_ENDPOINT || undefined,
    credentials: { username: ALAUDA_USERNAME, password: ALAUDA_PASSWORD },
  }),
  namespaces: [ALAUDA_NAMESPACE || ALAUDA_USERNAME],
  customMetrics: [missingInstances],
})

const server = createServer(async (request, response) => {
  if (request.url !== '/metrics') {
    response.writeHead(404).end()
    return
  }
  response.writeHead(200, { 'content-type': register.contentType }).end(await register.metrics())
})

server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}/metrics`)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    alauda.unregister()
    server.close()
  })
}
