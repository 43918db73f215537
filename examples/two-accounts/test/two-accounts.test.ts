import { type Simulator, type SimulatorOptions, startSimulator } from '@alauda-exporter/alauda-simulator'
import test, { type ExecutionContext } from 'ava'
import { eventually } from '../../../testing/eventually.js'
import { programOf, type StartedProcess, startProcess } from '../../../testing/start-process.js'

// The same namespace with the same services: only the account distinguishes them.
const startCloud = async (t: ExecutionContext, account: string, options: SimulatorOptions = {}): Promise<Simulator> => {
  const cloud = await startSimulator({
    username: account,
    password: `${account}-secret`,
    namespace: 'acme',
    ...options,
  })
  t.teardown(() => cloud.close())
  return cloud
}

const startServer = (t: ExecutionContext, production: Simulator, staging: Simulator): StartedProcess =>
  startProcess(t, process.execPath, [programOf('examples/two-accounts/server.ts')], {
    cwd: 'examples/two-accounts',
    env: {
      PORT: '0',
      PRODUCTION_ALAUDA_ENDPOINT: production.url,
      PRODUCTION_ALAUDA_USERNAME: 'ops',
      PRODUCTION_ALAUDA_PASSWORD: 'ops-secret',
      PRODUCTION_ALAUDA_NAMESPACE: 'acme',
      STAGING_ALAUDA_ENDPOINT: staging.url,
      STAGING_ALAUDA_USERNAME: 'dev',
      STAGING_ALAUDA_PASSWORD: 'dev-secret',
      STAGING_ALAUDA_NAMESPACE: 'acme',
    },
  })

const pageOf = async (server: StartedProcess, headers: Record<string, string> = {}): Promise<string> =>
  (await fetch(await server.match(/(http:\S+\/metrics)/), { headers })).text()

const up = (account: string, value: number) =>
  new RegExp(`^alauda_up\\{namespace="acme",account="${account}"\\} ${value}$`, 'm')
const kibanaOf = (account: string) =>
  new RegExp(
    `^alauda_instance_memory_usage_bytes\\{namespace="acme",service="kibana",instance_name="kibana\\.0",account="${account}"\\} \\d+$`,
    'm',
  )

test('shows both accounts on one page, each metric once', async (t) => {
  const server = startServer(t, await startCloud(t, 'ops'), await startCloud(t, 'dev'))
  const page = await pageOf(server)
  for (const account of ['production', 'staging']) {
    t.regex(page, up(account, 1))
    t.regex(page, kibanaOf(account))
    t.regex(page, new RegExp(`^alauda_logins_total\\{account="${account}"\\} 1$`, 'm'))
  }
  t.is(page.match(/^# TYPE alauda_up gauge$/gm)?.length, 1)
})

test('an account that the cloud refuses does not spoil the other’s page, and the log names it', async (t) => {
  const staging = await startCloud(t, 'dev', { faults: [{ kind: 'login-refused' }] })
  const server = startServer(t, await startCloud(t, 'ops'), staging)
  const page = await pageOf(server)
  t.regex(page, up('production', 1))
  t.regex(page, kibanaOf('production'))
  t.regex(page, up('staging', 0))
  t.notRegex(page, kibanaOf('staging'))
  await server.match(/account: 'staging'[^}]*(generate-api-token)/)
  t.notRegex(server.output(), /secret/)
})

test('an account whose cloud hangs does not keep the other from the page', async (t) => {
  const staging = await startCloud(t, 'dev', { faults: [{ kind: 'hang' }] })
  const server = startServer(t, await startCloud(t, 'ops'), staging)
  const isProductionShown = (page: string) => up('production', 1).test(page) && kibanaOf('production').test(page)
  const page = await eventually(() => pageOf(server, { 'x-prometheus-scrape-timeout-seconds': '1' }), isProductionShown)
  t.regex(page, up('staging', 0))
})
