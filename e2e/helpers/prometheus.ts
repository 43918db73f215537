import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type ExecutionContext } from 'ava'
import { freePort } from '../../scripts/stack/ports.js'
import { startProcess } from './start-process.js'

const isInstalled = ['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).status === 0)

if (!isInstalled) {
  const message = 'The real Prometheus is not on this machine (on Debian: apt-get install prometheus)'
  if (process.env.E2E_REQUIRED) throw new Error(message)
  console.log(`${message}: the tests with it are skipped.`)
}

/** `test`, where the real Prometheus is. */
export const testWithPrometheus = isInstalled ? anyTest : anyTest.skip

/** One series of an answer of Prometheus' HTTP API. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** One series with its samples as they are stored, oldest first. */
export interface StoredSeries {
  readonly labels: Readonly<Record<string, string>>
  readonly samples: ReadonlyArray<{ readonly time: number; readonly value: number }>
}

export interface Prometheus {
  readonly url: string
  /** An instant query, for now or for `time` in seconds since the epoch. */
  readonly query: (expression: string, time?: number) => Promise<ReadonlyArray<Series>>
  /** What is stored of series, from one time to another, both in seconds since the epoch. */
  readonly stored: (selector: string, from: number, to: number) => Promise<ReadonlyArray<StoredSeries>>
  /** The health of each scrape target: `up` or `down`. */
  readonly targets: () => Promise<ReadonlyArray<string>>
}

/** Starts the real Prometheus, which scrapes `target` (host:port) each second, or does what `settings` say. It ends with the test. */
export const startPrometheus = async (
  t: Pick<ExecutionContext, 'teardown'>,
  target: string,
  settings = `global: { scrape_interval: 1s }\nscrape_configs:\n  - job_name: alauda\n    static_configs: [{ targets: ['${target}'] }]\n`,
): Promise<Prometheus> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-e2e-'))
  const config = join(folder, 'prometheus.yml')
  await writeFile(config, settings)
  const port = await freePort()
  // Teardowns run last first: the folder goes when Prometheus has ended.
  t.teardown(() => rm(folder, { recursive: true }))
  const started = startProcess(t, 'prometheus', [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ])
  await started.match(/(Server is ready to receive web requests)/)
  const url = `http://127.0.0.1:${port}`
  const results = async (expression: string, time?: number) => {
    const { data } = await getJson(url, 'query', {
      query: expression,
      ...(time === undefined ? {} : { time: String(time) }),
    })
    return resultsIn(data)
  }
  return {
    url,
    query: async (expression, time) =>
      (await results(expression, time)).map(({ metric, value }) => ({ labels: metric, value: Number(value[1]) })),
    stored: async (selector, from, to) =>
      (await results(`${selector}[${Math.round((to - from) * 1000)}ms]`, to)).map(({ metric, values }) => ({
        labels: metric,
        samples: values.map(([time, value]: readonly [number, string]) => ({ time, value: Number(value) })),
      })),
    targets: async () => {
      const { data } = await getJson(url, 'targets', {})
      return isRecord(data) && Array.isArray(data.activeTargets)
        ? data.activeTargets.map(({ health }) => String(health))
        : []
    },
  }
}

const getJson = async (url: string, path: string, query: Record<string, string>): Promise<Record<string, unknown>> => {
  const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(query)}`)
  const answer: unknown = await response.json()
  if (!isRecord(answer) || answer.status !== 'success') throw new Error(`Prometheus says ${JSON.stringify(answer)}`)
  return answer
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const resultsIn = (data: unknown) => {
  if (!isRecord(data) || !Array.isArray(data.result))
    throw new Error(`not an answer to a query: ${JSON.stringify(data)}`)
  return data.result
}
