import { startSimulator } from '@alauda-exporter/alauda-simulator'
import test from 'ava'
import { sourceNode, startProcess } from '../../../e2e/helpers/start-process.js'

test('shows the cloud’s metrics beside those that the app has already', async (t) => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const server = startProcess(t, process.execPath, [...sourceNode, 'server.ts'], {
    cwd: 'examples/express-existing-app',
    env: { ALAUDA_ENDPOINT: cloud.url, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo', PORT: '0' },
  })
  const url = await server.match(/(http:\S+)/)
  t.is((await fetch(new URL('/orders', url), { method: 'POST' })).status, 201)
  const page = await (await fetch(url)).text()
  t.regex(page, /^shop_orders_total 1$/m)
  t.regex(page, /^process_cpu_seconds_total \S+$/m)
  t.regex(page, /^alauda_up\{namespace="demo"\} 1$/m)
  t.regex(
    page,
    /^alauda_instance_memory_usage_bytes\{namespace="demo",service="kibana",instance_name="kibana\.0"\} \d+$/m,
  )
})
