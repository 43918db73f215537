import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type ExecutionContext } from 'ava'
import { eventually } from '../../testing/eventually.js'
import { freePort } from '../../testing/ports.js'
import { startProcess } from '../../testing/start-process.js'
import { answerOf, type Queries, queriesOf, type Series, type StoredSeries } from '../../testing/stored-samples.js'
import { reportSkipped } from './report-skipped.js'

const isInstalled = ['prometheus', 'promtool'].every((name) => spawnSync(name, ['--version']).status === 0)

if (!isInstalled) reportSkipped('The real Prometheus is not on this machine (on Debian: apt-get install prometheus)')

/** `test`, where the real Prometheus is. */
export const testWithPrometheus = isInstalled ? anyTest : anyTest.skip

export type { Series, StoredSeries }

export interface Prometheus {
  readonly url: string
  readonly query: Queries['query']
  /** What is stored of series, from one time to another, both in seconds since the epoch. */
  readonly stored: Queries['samples']
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
  const { query, samples } = queriesOf(url)
  return {
    url,
    query,
    stored: samples,
    targets: async () => {
      const { activeTargets } = await answerOf(url, 'targets')
      return Array.isArray(activeTargets) ? activeTargets.map(({ health }) => String(health)) : []
    },
  }
}

/**
 * The time of a scrape that brought these series and is stored as a whole: its target was scraped again since, so that all
 * queries for that time see the same scrape.
 */
export const storedScrape = async ({ query }: Pick<Queries, 'query'>, selector = 'alauda_up'): Promise<number> => {
  const latest = (of: string) => query(`min(timestamp(${of}))`)
  const [scrape] = await eventually(
    () => latest(selector),
    ({ length }) => length > 0,
  )
  const time = scrape?.value ?? Number.NaN
  await eventually(
    () => latest('up'),
    ([next]) => next !== undefined && next.value > time,
  )
  return time
}
