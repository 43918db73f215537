import { type Simulator, startSimulator, type World } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import type { BrowserContextOptions } from 'playwright-core'
import { type OpenPage, openPage } from './browser.js'
import { type StartedProcess, sourceNode, startProcess } from './start-process.js'

export interface StatusPage extends OpenPage {
  readonly cloud: Simulator
  /** The exporter's base URL. */
  readonly url: string
  readonly exporter: StartedProcess
}

export interface StatusPageOptions {
  readonly world?: World
  readonly flags?: ReadonlyArray<string>
  readonly context?: BrowserContextOptions
  /** Of the address, with its question mark. */
  readonly query?: string
}

/** Collects each second. */
export const everySecond = ['--collect.interval=1s', '--collect.period=1s', '--collect.window=10s']

/** The exporter's own process, which watches this cloud. */
export const startWatching = async (
  t: Pick<ExecutionContext, 'teardown'>,
  cloud: Simulator,
  address: string,
  flags: ReadonlyArray<string>,
): Promise<{ readonly exporter: StartedProcess; readonly url: string }> => {
  const exporter = startProcess(
    t,
    process.execPath,
    [
      ...sourceNode,
      'packages/exporter-http/src/bin.ts',
      `--alauda.endpoint=${cloud.url}`,
      `--web.listen-address=${address}`,
      ...flags,
    ],
    { env: { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' } },
  )
  return { exporter, url: await exporter.match(/Open (http:\S+)/) }
}

/** The simulator, the exporter's own process, and its page in a real browser. All end with the test. */
export const openStatusPage = async (
  t: Pick<ExecutionContext, 'teardown'>,
  { world, flags = everySecond, context, query = '' }: StatusPageOptions = {},
): Promise<StatusPage> => {
  const cloud = await startSimulator(world === undefined ? {} : { world })
  t.teardown(() => cloud.close())
  const { exporter, url } = await startWatching(t, cloud, '127.0.0.1:0', flags)
  return { cloud, url, exporter, ...(await openPage(t, `${url}${query}`, context)) }
}
