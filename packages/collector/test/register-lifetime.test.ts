import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import test from 'ava'
import { demo, startApiServer, withLogin } from '../../alauda-client/test/helpers/api-server.js'
import { onePage } from './helpers/cloud.js'

// Processes of their own, which have nothing else to do.
const program = (register: string) => `
import { createAlaudaClient } from '${import.meta.resolve('@alauda-exporter/alauda-client')}'
import { Registry } from '${import.meta.resolve('prom-client')}'
import { createCollector } from '${import.meta.resolve('../src/collector.js')}'
import { registerAlaudaMetrics } from '${import.meta.resolve('../src/register.js')}'

const registry = new Registry()
const client = createAlaudaClient({ endpoint: process.env.ENDPOINT, credentials: ${JSON.stringify(demo)} })
${register}
const page = await registry.metrics()
console.log(/^alauda_up.*$/m.exec(page)[0])
`

const programs = {
  'a client': "registerAlaudaMetrics({ registry, client, namespaces: ['demo'] })",
  'collectors of its own': `
    const collectors = [createCollector({ client, namespaces: ['demo'] })]
    registerAlaudaMetrics({ registry, collectors })`,
  'collectors that run already': `
    const collector = createCollector({ client, namespaces: ['demo'] })
    collector.start()
    await collector.ready(10_000)
    registerAlaudaMetrics({ registry, collectors: [collector] })`,
  'a password that is read later': `
    const lazy = createAlaudaClient({
      endpoint: process.env.ENDPOINT,
      credentials: async () => (${JSON.stringify(demo)}),
    })
    registerAlaudaMetrics({ registry, client: lazy, namespaces: ['demo'] })`,
}

for (const [what, register] of Object.entries(programs)) {
  test(`a process that registers ${what} ends when it has nothing else to do`, async (t) => {
    const { endpoint } = await startApiServer(
      t,
      withLogin(() => onePage()),
    )
    const child = spawn(process.execPath, ['--input-type=module', '-e', program(register)], {
      env: { PATH: process.env.PATH, ENDPOINT: endpoint },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.teardown(() => child.kill())
    const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    t.is(output, 'alauda_up{namespace="demo"} 1\n')
    t.is(status, 0)
  })
}
