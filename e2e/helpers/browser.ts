import anyTest, { type ExecutionContext } from 'ava'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { findChromium } from '../../testing/chromium.js'
import { reportSkipped } from './report-skipped.js'

const executablePath = findChromium()

if (executablePath === undefined) reportSkipped('Chromium is not on this machine (on Debian: apt-get install chromium)')

/** `test`, where Chromium is. One after the other: each has a browser of its own. */
export const testWithBrowser = executablePath === undefined ? anyTest.serial.skip : anyTest.serial

export interface OpenPage {
  readonly page: Page
  /** What the browser complained about: exceptions, errors on the console, among them violations of the page's policy. */
  readonly complaints: ReadonlyArray<string>
  /** The origins of all that was asked for. */
  readonly origins: ReadonlySet<string>
}

/** A browser with one page, which end with the test. */
export const openPage = async (
  t: Pick<ExecutionContext, 'teardown'>,
  url: string,
  options: BrowserContextOptions = {},
): Promise<OpenPage> => {
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  })
  t.teardown(() => browser.close())
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1440, height: 900 }, ...options })
  // Almost as long as the test runner waits: what is slow on a busy machine is not wrong.
  context.setDefaultTimeout(240_000)
  const page = await context.newPage()
  const complaints: string[] = []
  const origins = new Set<string>()
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol !== 'data:') origins.add(origin)
  })
  await page.goto(url)
  return { page, complaints, origins }
}
