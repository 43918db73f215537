import { type Simulator, startSimulator, type World } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import type { BrowserContextOptions, Page } from 'playwright-core'
import type { StartedProcess } from '../../testing/start-process.js'
import { type OpenPage, openPage } from './browser.js'
import { everySecond, startWatching } from './exporter.js'

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

/** Collects once, so that the numbers stand still. */
export const once = ['--collect.interval=1h', '--collect.period=1s', '--collect.window=10s']

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

/** What each row of services says, cell by cell. */
export const rowsOf = (page: Page): Promise<ReadonlyArray<ReadonlyArray<string>>> =>
  page
    .locator('#services > tbody > tr:first-child')
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim())),
    )

/** The browser reported no error, and sent no request to another server. */
export const isClean = (t: ExecutionContext, { complaints, origins, url }: StatusPage): void => {
  t.deepEqual(complaints, [])
  t.deepEqual([...origins], [new URL(url).origin])
}

/** The page's script has got an answer. */
export const isLive = (page: Page): Promise<void> => page.locator('#contact.live').waitFor()

/** The page has got news, and shows them: it asks for the next ones. */
export const newsShown = async (page: Page): Promise<void> => {
  for (const _ of [1, 2]) await page.waitForResponse(/\/api\/v1\/services\?history=1&since=/)
}
