import { startSimulator } from '@alauda-exporter/alauda-simulator'
import test from 'ava'
import { sourceNode, startProcess } from '../../../e2e/helpers/start-process.js'

test('serves the metrics of the account’s services', async (t) => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const server = startProcess(t, process.execPath, [...sourceNode, 'server.ts'], {
    cwd: 'examples/plain-http',
    env: { ALAUDA_ENDPOINT: cloud.url, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo', PORT: '0' },
  })
  const url = await server.match(/(http:\S+)/)
  const response = await fetch(url)
  t.is(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const page = await response.text()
  t.regex(page, /^alauda_up\{namespace="demo"\} 1$/m)
  t.regex(
    page,
    /^alauda_instance_memory_usage_bytes\{namespace="demo",service="kibana",instance_name="kibana\.0"\} \d+$/m,
  )
  t.is((await fetch(new URL('/', url))).status, 404)
})
