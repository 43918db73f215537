import { type Fault, startSimulator } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { startServing } from '../../packages/exporter-http/test/helpers/command.js'

/** A cloud, and the exporter as a process of its own that asks it at each scrape. Both end with the test. */
export const serveCloud = async (t: ExecutionContext, ...faults: ReadonlyArray<Fault>) => {
  const cloud = await startSimulator({ faults })
  t.teardown(() => cloud.close())
  const account = { ALAUDA_ENDPOINT: cloud.url, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }
  return { cloud, exporter: await startServing(t, account, '--collect.interval=0s') }
}
