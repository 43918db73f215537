import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import anyTest, { type ExecutionContext } from 'ava'
import { startProcess } from '../../testing/start-process.js'
import { testWithPrometheus } from './prometheus.js'
import { reportSkipped } from './report-skipped.js'

const isInstalled = ['prometheus-alertmanager', 'amtool'].every((name) => spawnSync(name, ['--version']).status === 0)

if (!isInstalled)
  reportSkipped('The real Alertmanager is not on this machine (on Debian: apt-get install prometheus-alertmanager)')

/** `test`, where the real Prometheus and the real Alertmanager are. */
export const testWithAlertmanager = isInstalled ? testWithPrometheus : anyTest.skip

/** Starts the real Alertmanager with this configuration; gives its address (host:port). It ends with the test. */
export const startAlertmanager = async (t: Pick<ExecutionContext, 'teardown'>, config: string): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-e2e-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'alertmanager.yml')
  await writeFile(file, config)
  const started = startProcess(t, 'prometheus-alertmanager', [
    `--config.file=${file}`,
    `--storage.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:0',
    '--cluster.listen-address=',
  ])
  return started.match(/msg="Listening on" address=(\S+)/)
}

/** A notification of an alert. */
export interface Notice {
  /** The path that the message came to: which receiver it was for. */
  readonly receiver: string
  readonly status: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
}

export interface Webhook {
  readonly url: string
  /** Each change of an alert, in the order of the notifications, without repetitions. */
  readonly notices: () => ReadonlyArray<Notice>
}

/** A server that takes the Alertmanager's messages. */
export const startWebhook = async (t: Pick<ExecutionContext, 'teardown'>): Promise<Webhook> => {
  const notices: Notice[] = []
  const last = new Map<string, string>()
  const server = createServer(async (request, response) => {
    for (const { status, labels, annotations } of alertsIn(JSON.parse(await text(request)))) {
      const key = JSON.stringify(labels)
      if (last.get(key) !== status) notices.push({ receiver: request.url ?? '', status, labels, annotations })
      last.set(key, status)
    }
    response.end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}`, notices: () => [...notices] }
}

const alertsIn = (message: unknown): ReadonlyArray<Omit<Notice, 'receiver'>> => {
  if (!isRecord(message) || !Array.isArray(message.alerts)) throw new Error('not a message of the Alertmanager')
  return message.alerts.map((alert: unknown) => {
    if (!isRecord(alert)) throw new Error('not an alert')
    return { status: String(alert.status), labels: textsIn(alert.labels), annotations: textsIn(alert.annotations) }
  })
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const textsIn = (value: unknown): Record<string, string> =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one)])) : {}
