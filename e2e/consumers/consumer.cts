// The same by way of CommonJS.
import client = require('@alauda-exporter/alauda-client')
import simulator = require('@alauda-exporter/alauda-simulator')
import collector = require('@alauda-exporter/collector')
import metricsLibrary = require('prom-client')

const main = async (): Promise<void> => {
  const cloud = await simulator.startSimulator()
  const registry = new metricsLibrary.Registry()
  new metricsLibrary.Counter({ name: 'own_total', help: 'Of the service itself.', registers: [registry] }).inc()
  const metrics = collector.registerAlaudaMetrics({
    registry,
    client: client.createAlaudaClient({
      endpoint: cloud.url,
      credentials: { username: 'demo', password: 'demo' },
    }),
    namespaces: ['demo'],
  })
  console.log(await registry.metrics())
  metrics.unregister()
  await cloud.close()
}

void main()
