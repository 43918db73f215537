import { createServer } from 'node:http'
import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { type Collector, createCollector, createMetricsHandler } from '@alauda-exporter/collector'

const ending = new AbortController()

// Accounts share nothing: each has a client with a login of its own, and a collector that waits for no other.
const collectorOf = (account: string): Collector => {
  const setting = (name: string) => process.env[`${account.toUpperCase()}_ALAUDA_${name}`]
  const [username, password] = [setting('USERNAME'), setting('PASSWORD')]
  if (!username || !password) {
    console.error(
      `Set ALAUDA_USERNAME and ALAUDA_PASSWORD for ${account}, each with ${account.toUpperCase()}_ before it.`,
    )
    process.exit(2)
  }
  return createCollector({
    client: createAlaudaClient({ endpoint: setting('ENDPOINT') || undefined, credentials: { username, password } }),
    namespaces: [setting('NAMESPACE') || username],
    // Both may have a service `web`: this label distinguishes them, on the page and in the log.
    labels: { account },
    logger: { ...console, debug: () => {} },
    signal: ending.signal,
  })
}

const collectors = ['production', 'staging'].map(collectorOf)
for (const collector of collectors) collector.start()

const metrics = createMetricsHandler(...collectors)

const server = createServer((request, response) => {
  if (request.url === '/metrics') void metrics(request, response)
  else response.writeHead(404).end()
})

server.listen(Number(process.env.PORT ?? 3000), '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}/metrics`)
})

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    ending.abort()
    server.close()
  })
}
