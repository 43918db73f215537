import { createServer } from 'node:http'
import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { createCollector, textContentType } from '@alauda-exporter/collector'

const { ALAUDA_USERNAME = '', ALAUDA_PASSWORD = '', ALAUDA_ENDPOINT, PORT = '3000' } = process.env

const collector = createCollector({
  source: createAlaudaClient({
    endpoint: ALAUDA_ENDPOINT,
    credentials: { username: ALAUDA_USERNAME, password: ALAUDA_PASSWORD },
  }),
  namespaces: [ALAUDA_USERNAME],
})
collector.start()

const server = createServer(async (request, response) => {
  if (request.url !== '/metrics') {
    response.writeHead(404).end()
    return
  }
  // Right after the start, wait for the first collection rather than show nothing.
  await collector.ready(5_000)
  response.writeHead(200, { 'content-type': textContentType }).end(collector.expose())
})

server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}/metrics`)
})

process.once('SIGTERM', () => {
  collector.stop()
  server.close()
})
