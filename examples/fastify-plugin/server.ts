import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { fastify } from 'fastify'
import { alaudaMetrics } from './alauda-metrics.js'

const { ALAUDA_USERNAME = '', ALAUDA_PASSWORD = '', ALAUDA_ENDPOINT, ALAUDA_NAMESPACE, PORT = '3000' } = process.env

const app = fastify({ logger: true })

app.register(alaudaMetrics, {
  client: createAlaudaClient({
    endpoint: ALAUDA_ENDPOINT || undefined,
    credentials: { username: ALAUDA_USERNAME, password: ALAUDA_PASSWORD },
  }),
  namespaces: [ALAUDA_NAMESPACE || ALAUDA_USERNAME],
})

// A scope of its own has the collector as well. What it adds stays in it: its routes are below /cloud, /metrics is not.
app.register(
  async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    scope.get('/services', async () =>
      scope.alauda.snapshots().flatMap(({ namespace, services }) =>
        services.map(({ service, instances }) => ({
          namespace,
          service: service.name,
          instances: instances.length,
        })),
      ),
    )
  },
  { prefix: '/cloud' },
)

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void app.close())

try {
  await app.listen({ port: Number(PORT), host: '127.0.0.1' })
} catch (error) {
  app.log.fatal(error)
  process.exitCode = 1
  await app.close()
}
