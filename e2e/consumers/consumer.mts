// A service that has these packages from the registry: compiled and run by packages.test.ts, far from this repository.
import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { startSimulator } from '@alauda-exporter/alauda-simulator'
import { createCollector, createFetchHandler, registerAlaudaMetrics, type Snapshot } from '@alauda-exporter/collector'
import { Counter, Registry } from 'prom-client'

const cloud = await startSimulator()
const client = createAlaudaClient({ endpoint: cloud.url, credentials: { username: 'demo', password: 'demo' } })
const namespaces = ['demo']

const registry = new Registry()
new Counter({ name: 'own_total', help: 'What the service counts itself.', registers: [registry] }).inc()
const metrics = registerAlaudaMetrics({ registry, client, namespaces })
console.log(await registry.metrics())
metrics.stop()

const collector = createCollector({ client, namespaces, intervalMs: 0 })
const page = await createFetchHandler(collector)(new Request('http://localhost/metrics'))
const snapshot: Snapshot | undefined = collector.snapshots()[0]
console.log(`handler: ${page.status}, ${snapshot?.namespace}`)

// With everything stopped, nothing keeps the process.
collector.stop()
await cloud.close()
