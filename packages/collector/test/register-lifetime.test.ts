import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import test from 'ava'
import { demo, startApiServer, withLogin } from '../../alauda-client/test/helpers/api-server.js'
import { onePage } from './helpers/cloud.js'

// A process of its own, which has nothing else to do.
const program = `
import { createAlaudaClient } from '${import.meta.resolve('@alauda-exporter/alauda-client')}'
import { Registry } from '${import.meta.resolve('prom-client')}'
import { registerAlaudaMetrics } from '${import.meta.resolve('../src/register.js')}'

const registry = new Registry()
const client = createAlaudaClient({ endpoint: process.env.ENDPOINT, credentials: ${JSON.stringify(demo)} })
registerAlaudaMetrics({ registry, client, namespaces: ['demo'] })
const page = await registry.metrics()
console.log(/^alauda_up.*$/m.exec(page)[0])
`

test('the process of its owner ends when it has nothing else to do', async (t) => {
  const { endpoint } = await startApiServer(
    t,
    withLogin(() => onePage()),
  )
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    env: { PATH: process.env.PATH, ENDPOINT: endpoint },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill())
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  t.is(output, 'alauda_up{namespace="demo"} 1\n')
  t.is(status, 0)
})
