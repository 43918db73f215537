// The pictures of docs/walkthrough.md, taken from the running system: `npm run pictures`. It takes about eight minutes, most of
// which the alert waits before it fires.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { seriesNow } from '../testing/ask-prometheus.js'
import { findChromium } from '../testing/chromium.js'
import { eventually } from '../testing/eventually.js'
import { readme } from '../testing/readme.js'
import { startStackCommand } from '../testing/stack-command.js'

const folder = join(import.meta.dirname, '../docs/walkthrough')
const size = { width: 1100, height: 780 }

/** A query, and the picture that follows it. */
const graphs = /^```promql\n(.+)\n```\n\n!\[.+\]\(walkthrough\/(.+)\.png\)$/gm

const address = (output: string, name: string): string => {
  const found = new RegExp(`^ +${name} +(http\\S+)`, 'm').exec(output)?.[1]
  if (found === undefined) throw new Error(`the stack printed no address of ${name}:\n${output}`)
  return found
}

const keep = async (page: Page, name: string, fullPage = false): Promise<void> => {
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage })
  console.log(`docs/walkthrough/${name}.png`)
}

const takeGraph = async (page: Page, prometheus: string, name: string, query: string): Promise<void> => {
  const graph = new URLSearchParams({ 'g0.expr': query, 'g0.tab': '0', 'g0.range_input': '2m' })
  await page.goto(`${prometheus}graph?${graph}`)
  await page.locator('.rickshaw_graph svg path').first().waitFor()
  await keep(page, name, true)
}

const takeAll = async (page: Page, output: string): Promise<void> => {
  const exporter = address(output, 'Exporter')
  const prometheus = address(output, 'Prometheus')
  const alerts = address(output, 'Alerts')
  const cloud = address(output, 'Cloud')
  // Each picture looks for what the pages of old have.
  if (!alerts.endsWith('/classic/alerts'))
    throw new Error(`the pictures are of the pages of Debian's Prometheus 2.42; this one has others: ${alerts}`)

  // Two minutes of scrapes, so that there are lines to see.
  await eventually(
    () => seriesNow(prometheus, 'count_over_time(alauda_up[10m]) >= 26'),
    ({ length }) => length > 0,
    240,
  )
  await page.goto(`${exporter}?open=demo%2Fkibana`)
  await page.locator('.plot canvas').first().waitFor()
  await page.waitForFunction(
    "(document.querySelector('.spark polyline')?.getAttribute('points') ?? '').split(' ').length >= 8",
  )
  await keep(page, 'status-page')

  for (const [, query = '', name = ''] of readme('docs/walkthrough.md').matchAll(graphs))
    await takeGraph(page, prometheus, name, query)

  await fetch(new URL('/__faults', cloud), { method: 'PUT', body: JSON.stringify([{ kind: 'server-error' }]) })
  await eventually(
    () => seriesNow(prometheus, 'ALERTS{alertname="AlaudaCloudDown", alertstate="firing"}'),
    ({ length }) => length > 0,
    480,
  )
  await page.goto(alerts)
  await page.getByRole('button', { name: 'Show annotations' }).click()
  const alert = page.getByText('AlaudaCloudDown', { exact: true }).first()
  await alert.click()
  await alert.evaluate((name) => name.scrollIntoView({ block: 'start' }))
  // Below the page's head its edge would remain, and the local folder of the rules.
  await page.evaluate('scrollBy(0, -14)')
  await keep(page, 'alert')
}

const ends: Array<() => Promise<void> | void> = []
const t = { teardown: (end: () => Promise<void> | void) => void ends.push(end) }
try {
  await mkdir(folder, { recursive: true })
  const executablePath = findChromium()
  if (executablePath === undefined)
    throw new Error('Chromium is not on this machine (Debian: apt-get install chromium)')
  const stack = await startStackCommand(t)
  const output = await stack.written(/Ctrl-C ends/)
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  t.teardown(() => browser.close())
  const page = await browser.newPage({ locale: 'en-GB', viewport: size })
  await takeAll(page, output)
} finally {
  for (const end of ends.toReversed()) await end()
}
