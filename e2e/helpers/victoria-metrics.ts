import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type ExecutionContext } from 'ava'
import { freePort } from '../../scripts/stack/ports.js'
import { testWithPrometheus } from './prometheus.js'
import { type Restartable, startRestartable } from './restartable.js'
import { type Queries, queriesOf } from './stored-samples.js'

const isInstalled = spawnSync('victoria-metrics', ['--version']).status === 0

if (!isInstalled) {
  const message = 'VictoriaMetrics is not on this machine (on Debian: apt-get install victoria-metrics)'
  if (process.env.E2E_REQUIRED) throw new Error(message)
  // Where Prometheus is missing too, its own line has told that these tests are skipped.
  if (testWithPrometheus === anyTest) console.log(`${message}: the tests with it are skipped.`)
}

/** `test`, where the real Prometheus and the real VictoriaMetrics are. */
export const testWithVictoriaMetrics = isInstalled ? testWithPrometheus : anyTest.skip

export interface VictoriaMetrics extends Restartable, Queries {
  /** host:port */
  readonly address: string
}

/** Starts the real VictoriaMetrics, which shows at once what it receives. It ends with the test. */
export const startVictoriaMetrics = async (t: Pick<ExecutionContext, 'teardown'>): Promise<VictoriaMetrics> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-e2e-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const address = `127.0.0.1:${await freePort()}`
  const server = await startRestartable(
    t,
    'victoria-metrics',
    [
      `-httpListenAddr=${address}`,
      `-storageDataPath=${folder}`,
      '-retentionPeriod=1',
      '-search.latencyOffset=0s',
      '-search.disableCache',
    ],
    /started VictoriaMetrics|starting http server/,
  )
  return { ...server, ...queriesOf(`http://${address}`), address }
}
