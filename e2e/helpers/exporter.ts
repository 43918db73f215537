import type { Simulator } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { programOf, type StartedProcess, startProcess } from '../../testing/start-process.js'

/** The exporter of the sources: what `node` is given. */
export const exporterProgram = programOf('packages/exporter-http/src/bin.ts')

/** Collects each second. */
export const everySecond = ['--collect.interval=1s', '--collect.period=1s', '--collect.window=10s']

/** Who may see the simulator's services. */
export const demoAccount = { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }

export interface StartedExporter {
  readonly exporter: StartedProcess
  /** Its base URL. */
  readonly url: string
}

/** The exporter's own process, with these flags and this environment. It serves when this resolves, and ends with the test. */
export const startExporter = async (
  t: Pick<ExecutionContext, 'teardown'>,
  flags: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv = {},
): Promise<StartedExporter> => {
  const exporter = startProcess(t, process.execPath, [exporterProgram, ...flags], { env })
  return { exporter, url: await exporter.match(/Open (https?:\S+)/) }
}

/** The same, which watches this cloud and listens at `address` (host:port). */
export const startWatching = (
  t: Pick<ExecutionContext, 'teardown'>,
  cloud: Simulator,
  address: string,
  flags: ReadonlyArray<string>,
): Promise<StartedExporter> =>
  startExporter(t, [`--alauda.endpoint=${cloud.url}`, `--web.listen-address=${address}`, ...flags], demoAccount)
