import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import { type Simulator, startSimulator, type World } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { everySecond, startWatching } from './exporter.js'
import { type Prometheus, startPrometheus } from './prometheus.js'

export interface Stack {
  readonly cloud: Simulator
  /** The exporter's base URL. */
  readonly exporter: string
  /** All that the exporter has written. */
  readonly output: () => string
  readonly prometheus: Prometheus
}

/** The simulator, the exporter's own process and the real Prometheus, all looking each second. */
export const startStack = async (
  t: Pick<ExecutionContext, 'teardown'>,
  flags: ReadonlyArray<string> = [],
  options: { readonly world?: World } = {},
): Promise<Stack> => {
  const cloud = await startSimulator(options)
  t.teardown(() => cloud.close())
  const { exporter, url } = await startWatching(t, cloud, '127.0.0.1:0', [...everySecond, ...flags])
  const prometheus = await startPrometheus(t, new URL(url).host)
  return { cloud, exporter: url, output: exporter.output, prometheus }
}

/** Changes a service's number of instances as its owner would: through the API. */
export const scale = async ({ cloud }: Stack, service: string, instances: number): Promise<void> => {
  const { token } = await createAlaudaClient({
    endpoint: cloud.url,
    credentials: { username: 'demo', password: 'demo' },
  }).login()
  const response = await fetch(`${cloud.url}services/demo/${service}/`, {
    method: 'PUT',
    headers: { authorization: `Token ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ target_num_instances: instances }),
  })
  if (!response.ok) throw new Error(`scaling ${service}: HTTP status ${response.status}`)
}
