import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type ExecutionContext } from 'ava'
import { freePort } from '../../testing/ports.js'
import { type Queries, queriesOf } from '../../testing/stored-samples.js'
import { testWithAlertmanager } from './alertmanager.js'
import { reportSkipped } from './report-skipped.js'
import { type Restartable, startRestartable } from './restartable.js'

const isInstalled = ['victoria-metrics', 'vmalert'].every((name) => spawnSync(name, ['--version']).status === 0)

// If Prometheus is missing too, its own line has reported that these tests are skipped.
if (!isInstalled && testWithAlertmanager === anyTest)
  reportSkipped('VictoriaMetrics is not on this machine (on Debian: apt-get install victoria-metrics)')

/** `test`, where the real Prometheus, Alertmanager and VictoriaMetrics are. */
export const testWithVictoriaMetrics = isInstalled ? testWithAlertmanager : anyTest.skip

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

/** Starts the real vmalert over a storage, which looks each second; gives its address (host:port). It ends with the test. */
export const startVmalert = async (
  t: Pick<ExecutionContext, 'teardown'>,
  rules: ReadonlyArray<string>,
  storage: string,
  alertmanager: string,
): Promise<string> => {
  const address = `127.0.0.1:${await freePort()}`
  await startRestartable(
    t,
    'vmalert',
    [
      ...rules.map((file) => `-rule=${file}`),
      `-datasource.url=http://${storage}`,
      `-remoteWrite.url=http://${storage}`,
      `-remoteRead.url=http://${storage}`,
      `-notifier.url=http://${alertmanager}`,
      `-httpListenAddr=${address}`,
      '-evaluationInterval=1s',
      // For how long a value counts when no newer one comes: five minutes otherwise.
      '-datasource.queryStep=10s',
    ],
    /starting http server/,
  )
  return address
}
