import { type Fault, type Simulator, startSimulator } from '@alauda-exporter/alauda-simulator'
import test, { type ExecutionContext } from 'ava'
import { programOf, startProcess } from '../../../testing/start-process.js'

const startCloud = async (t: ExecutionContext, ...faults: Fault[]): Promise<Simulator> => {
  const cloud = await startSimulator({ password: 'demo-secret', faults })
  t.teardown(() => cloud.close())
  return cloud
}

const startServer = async (t: ExecutionContext, endpoint: string) => {
  const server = startProcess(t, process.execPath, [programOf('examples/fp-ts-style/server.ts')], {
    cwd: 'examples/fp-ts-style',
    env: { ALAUDA_ENDPOINT: endpoint, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo-secret', PORT: '0' },
  })
  const url = await server.match(/(http:\S+\/services\/)/)
  const ask = async (path: string): Promise<{ readonly status: number; readonly body: unknown }> => {
    const response = await fetch(new URL(path, url))
    return { status: response.status, body: await response.json() }
  }
  return { output: server.output, ask }
}

test('returns what each instance of a service uses', async (t) => {
  const cloud = await startCloud(t)
  const { ask } = await startServer(t, cloud.url)
  const { status, body } = await ask('kibana')
  t.is(status, 200)
  const names = Array.isArray(body) ? body.map(({ instance }) => instance) : []
  t.deepEqual(names, ['kibana.0', 'kibana.1', 'kibana.2'])
  t.regex(JSON.stringify(body), /"memoryBytes":\d{7,},"cpuCores":0\.\d/)
})

test('an instance that ended between two calls is left out; one without values is returned without', async (t) => {
  const cloud = await startCloud(
    t,
    { kind: 'instance-gone', instance: 'kibana.1' },
    { kind: 'no-points', instance: 'kibana.2' },
  )
  const { ask } = await startServer(t, cloud.url)
  const { body } = await ask('kibana')
  t.like(body, { length: 2, 0: { instance: 'kibana.0' } })
  t.like(body, { 1: { instance: 'kibana.2', memoryBytes: null, cpuCores: null } })
})

test('each way to fail has an answer of its own', async (t) => {
  const cloud = await startCloud(t, { kind: 'truncated-json', endpoint: 'getInstanceMetrics', instance: 'kibana.1' })
  const { ask, output } = await startServer(t, cloud.url)
  t.like(await ask('kibana'), { status: 502, body: { title: 'The cloud’s answer is not as its API has it.' } })

  cloud.faults.set([{ kind: 'server-error' }])
  t.like(await ask('kibana'), { status: 503, body: { title: 'The cloud is in trouble.' } })
  t.regex(output(), /^HttpError: GET http:\S+ HTTP status 500/m)

  cloud.faults.clear()
  t.like(await ask('nope'), { status: 404, body: { title: 'There is no such service.' } })
  t.like(await ask('/elsewhere'), { status: 404, body: { title: 'Ask for /services/<name>.' } })
  t.is((await ask('kibana')).status, 200)

  await cloud.close()
  t.like(await ask('kibana'), { status: 502, body: { title: 'The cloud cannot be reached.' } })
})

test('refused credentials are reported, and are not shown', async (t) => {
  const cloud = await startCloud(t, { kind: 'login-refused' })
  const { ask, output } = await startServer(t, cloud.url)
  t.like(await ask('kibana'), { status: 502, body: { title: 'The cloud refuses this service’s credentials.' } })
  t.regex(output(), /^AuthError: POST /m)
  t.notRegex(output(), /demo-secret/)
})
