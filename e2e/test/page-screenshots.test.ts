import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openPage, testWithBrowser as test } from '../helpers/browser.js'
import { everySecond } from '../helpers/exporter.js'
import { openStatusPage } from '../helpers/status-page.js'

const folder = process.env.E2E_SCREENSHOTS ?? join(tmpdir(), 'alauda-exporter-screenshots')
const flags = [...everySecond, '--web.prometheus-url=http://localhost:9090/']
const query = '?open=demo%2Fkibana'

test('pictures, to be looked at: both languages, both themes, wide and narrow', async (t) => {
  await mkdir(folder, { recursive: true })
  const { page: first, url } = await openStatusPage(t, { flags, query })
  // So that there is something to see in the plots.
  await first.waitForFunction(
    () => (document.querySelector('.spark polyline')?.getAttribute('points') ?? '').split(' ').length >= 8,
  )
  await first.close()

  for (const [locale, colorScheme, width] of [
    ['en-GB', 'light', 1440],
    ['zh-CN', 'dark', 1440],
    ['en-GB', 'dark', 900],
    ['zh-CN', 'light', 360],
    ['en-GB', 'dark', 360],
    ['en-GB', 'light', 1280],
  ] as const) {
    const { page, complaints } = await openPage(t, `${url}${query}`, {
      locale,
      colorScheme,
      viewport: { width, height: 900 },
    })
    await page.locator('.plot canvas').first().waitFor()
    const path = join(folder, `${locale}-${colorScheme}-${width}.png`)
    await page.screenshot({ path, fullPage: true })
    t.log(path)
    t.deepEqual(complaints, [], path)
    t.true(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${path}: sticks out`)
    await page.context().browser()?.close()
  }
})
