import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { type SimulatorOptions, startSimulator } from '@alauda-exporter/alauda-simulator'
import test, { type ExecutionContext } from 'ava'
import { sourceNode, startProcess } from '../../../e2e/helpers/start-process.js'

const startExample = async (t: ExecutionContext, options: SimulatorOptions, account = {}) => {
  const cloud = await startSimulator(options)
  t.teardown(() => cloud.close())
  const server = startProcess(t, process.execPath, [...sourceNode, 'server.ts'], {
    cwd: 'examples/plain-http',
    env: { ALAUDA_ENDPOINT: cloud.url, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo', PORT: '0', ...account },
  })
  return { server, url: await server.match(/(http:\S+)/) }
}

test('the page of the account’s services is in the format that the scrape prefers', async (t) => {
  const { url } = await startExample(t, { namespace: 'team' }, { ALAUDA_NAMESPACE: 'team' })
  const response = await fetch(url)
  t.is(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const page = await response.text()
  t.regex(page, /^alauda_up\{namespace="team"\} 1$/m)
  t.regex(
    page,
    /^alauda_instance_memory_usage_bytes\{namespace="team",service="kibana",instance_name="kibana\.0"\} \d+$/m,
  )
  const openMetrics = await fetch(url, { headers: { accept: 'application/openmetrics-text;version=1.0.0' } })
  t.regex(await openMetrics.text(), /^# EOF\n$/m)
  const head = await fetch(url, { method: 'HEAD' })
  t.is(head.status, 200)
  t.true(Number(head.headers.get('content-length')) > 0)
  t.is((await fetch(new URL('/', url))).status, 404)
})

test('when the cloud refuses the password, page and log say so', async (t) => {
  const { server, url } = await startExample(t, {}, { ALAUDA_PASSWORD: 'mistyped' })
  const response = await fetch(url)
  t.is(response.status, 200)
  const page = await response.text()
  t.regex(page, /^alauda_up\{namespace="demo"\} 0$/m)
  await server.match(/(the service list could not be read)/)
  t.notRegex(server.output() + page, /mistyped/)
})

test('a scrape that still waits for the cloud is answered before the process ends', async (t) => {
  const { server, url } = await startExample(t, { faults: [{ kind: 'hang' }] })
  const scrape = get(url, { agent: false, headers: { expect: '100-continue' } })
  const answered = new Promise<IncomingMessage>((done, failed) => scrape.on('response', done).on('error', failed))
  await once(scrape, 'continue') // the server has the request
  const [page] = await Promise.all([answered.then(text), server.stop()])
  t.regex(page, /^alauda_api_requests_total\{endpoint="login",code="aborted"\} 1$/m)
  t.notRegex(page, /^alauda_up\{/m) // it did not wait until the cloud is given up
})
