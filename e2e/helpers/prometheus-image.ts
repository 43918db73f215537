import { spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import anyTest, { type ExecutionContext } from 'ava'
import { parse } from 'yaml'
import { findProgram } from '../../testing/programs.js'
import { root as repository, type StartedProcess, startProcess } from '../../testing/start-process.js'
import { reportSkipped } from './report-skipped.js'

const programs = ['busybox', 'prometheus', 'promtool'].map((name) => [name, findProgram([name])] as const)
const missing = programs.flatMap(([name, file]) => (file === undefined ? [name] : []))

if (missing.length > 0)
  reportSkipped(
    `${missing.join(', ')} not on this machine (on Debian: apt-get install busybox prometheus)`,
    'the tests of the image of Prometheus',
  )

/** `test`, where busybox and the real Prometheus are. */
export const testWithImage = missing.length === 0 ? anyTest : anyTest.skip

export interface PrometheusImage {
  /** Starts the container's process, with this environment and no other, and these flags. It ends with the test. */
  readonly start: (environment: NodeJS.ProcessEnv, ...flags: ReadonlyArray<string>) => StartedProcess
  /** Runs it to its end. */
  readonly run: (
    environment: NodeJS.ProcessEnv,
    ...flags: ReadonlyArray<string>
  ) => { readonly status: number | null; readonly output: string }
  /** The configuration that it has written. */
  readonly config: () => Promise<Config>
}

/** The part of Prometheus' configuration that the tests look at. */
export interface Config {
  readonly global: Readonly<Record<string, string>>
  readonly scrape_configs: ReadonlyArray<{ readonly static_configs: ReadonlyArray<Targets> }>
  readonly alerting?: { readonly alertmanagers: ReadonlyArray<{ readonly static_configs: ReadonlyArray<Targets> }> }
}

interface Targets {
  readonly targets: ReadonlyArray<string>
}

const context = join(repository, 'deploy/prometheus')

/**
 * What the Dockerfile makes, in a folder: its files, the real Prometheus and promtool, and of all other programs those of
 * busybox alone, as in the official image.
 */
export const prometheusImage = async (t: Pick<ExecutionContext, 'teardown'>): Promise<PrometheusImage> => {
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-image-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const bin = join(folder, 'bin')
  await mkdir(bin)
  const [[, busybox = ''] = [], ...others] = programs
  succeed(busybox, ['--install', '-s', bin], folder)
  for (const [name, file = ''] of others) await symlink(file, join(bin, name))

  const dockerfile = await readFile(join(context, 'image/Dockerfile'), 'utf8')
  for (const [, source = '', target = ''] of dockerfile.matchAll(/^COPY (\S+) (\S+)$/gm)) {
    await mkdir(dirname(`${folder}${target}file`), { recursive: true })
    succeed(join(bin, 'sh'), ['-c', `${bin}/cp ${source} ${folder}${target}`], context)
  }
  const [shell = '', script = ''] = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? '[]')

  const temporary = join(folder, 'tmp')
  await mkdir(temporary)
  const data = `--storage.tsdb.path=${join(folder, 'data')}`
  const environmentOf = (given: NodeJS.ProcessEnv) => ({ ...given, PATH: bin, HOME: undefined, TMPDIR: temporary })
  return {
    start: (environment, ...flags) =>
      startProcess(t, join(folder, shell), [join(folder, script), data, ...flags], { env: environmentOf(environment) }),
    run: (environment, ...flags) => {
      const { status, stdout, stderr } = spawnSync(join(folder, shell), [join(folder, script), ...flags], {
        env: environmentOf(environment),
        encoding: 'utf8',
        timeout: 20_000,
      })
      return { status, output: stdout + stderr }
    },
    config: async () => parse(await readFile(join(temporary, 'prometheus.yml'), 'utf8')),
  }
}

const succeed = (command: string, args: ReadonlyArray<string>, cwd: string): void => {
  const { status, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`)
}
