import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'
import { buildPackages } from '../e2e/helpers/packed.js'
import { block } from '../testing/readme.js'
import { root } from '../testing/start-process.js'
import type { Bench } from './suite/bench.js'
import type { Figure } from './suite/figures.js'
import { nodeSubject } from './suite/peers.js'
import { inRounds, type Report, reportOf } from './suite/rounds.js'
import { get, startServer } from './suite/servers.js'

const run = promisify(execFile)

const demo = 'the demo'
const nothing = 'an empty program of Node.js'
const collector = 'the collector'
const promClient = 'prom-client'

/** How long it takes to start what is published, and how large a bundle of it is. */
export const benchStartup: Bench = async ({ rounds }) => {
  await buildPackages()
  const importOf = (name: string, module: string) => ({
    name,
    measure: () => reportOf(nodeSubject(name, 'import-program', `--module=${module}`), []),
  })
  const subjects = [
    { name: demo, measure: startDemo },
    { name: nothing, measure: startNothing },
    importOf(collector, String(pathToFileURL(join(root, 'packages/collector/dist/index.js')))),
    importOf(promClient, import.meta.resolve('prom-client')),
  ]
  // Once for the caches.
  await inRounds(1, subjects, ({ measure }) => measure())
  const valuesOf = await inRounds(rounds, subjects, ({ measure }) => measure())
  const times = (name: string) => valuesOf(name, 'time')
  const figures: ReadonlyArray<Figure> = [
    {
      what: 'from the start to the first answer of /metrics, `--demo`',
      unit: 'ms',
      ours: times(demo),
      peer: { name: nothing, values: times(nothing) },
      goal: { of: 'value', limit: 500 },
    },
    {
      what: 'import of the collector',
      unit: 'ms',
      ours: times(collector),
      peer: { name: promClient, values: times(promClient) },
      goal: { of: 'value', limit: 60 },
    },
    {
      what: "an esbuild bundle of the README's example, minified",
      unit: 'kB',
      ours: [await bundleKilobytes(block('ts'))],
      peer: { name: promClient, values: [await bundleKilobytes("import 'prom-client'")] },
      goal: { of: 'value', limit: 220 },
    },
  ]
  return { figures, notes: [] }
}

const startDemo = async (): Promise<Report> => {
  const begun = performance.now()
  const program = join(root, 'packages/exporter-http/dist/bin.js')
  const server = await startServer([
    process.execPath,
    program,
    '--demo',
    '--web.listen-address=127.0.0.1:0',
    '--log.level=warn',
  ])
  try {
    const { status } = await get(new URL('/metrics', server.url))
    if (status !== 200) throw new Error(`/metrics answered ${status}`)
    return { time: performance.now() - begun }
  } finally {
    await server.stop()
  }
}

const startNothing = async (): Promise<Report> => {
  const begun = performance.now()
  await run(process.execPath, ['--eval', '0'])
  return { time: performance.now() - begun }
}

const bundleKilobytes = async (contents: string): Promise<number> => {
  const { outputFiles } = await build({
    stdin: { contents, loader: 'ts', resolveDir: join(root, 'bench') },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    write: false,
  })
  return outputFiles.reduce((bytes, { contents }) => bytes + contents.length, 0) / 1000
}
