import { mkdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testWithBrowser as test } from '../helpers/browser.js'
import { everySecond, openStatusPage } from '../helpers/status-page.js'

const folder = process.env.E2E_SCREENSHOTS ?? join(tmpdir(), 'alauda-exporter-screenshots')

for (const [locale, colorScheme, width] of [
  ['en-GB', 'light', 1440],
  ['zh-CN', 'dark', 1440],
  ['en-GB', 'dark', 900],
  ['zh-CN', 'light', 360],
  ['en-GB', 'dark', 360],
  ['en-GB', 'light', 1280],
] as const) {
  test(`a picture, to be looked at: ${locale}, ${colorScheme}, ${width} wide`, async (t) => {
    await mkdir(folder, { recursive: true })
    const { page, complaints } = await openStatusPage(t, {
      flags: [...everySecond, '--web.prometheus-url=http://localhost:9090/'],
      query: '?open=demo%2Fkibana',
      context: { locale, colorScheme, viewport: { width, height: 900 } },
    })
    await page.locator('.plot canvas').first().waitFor({ timeout: 30_000 })
    // So that there is something to see in the plots.
    await page.waitForFunction(
      () => (document.querySelector('.spark polyline')?.getAttribute('points') ?? '').split(' ').length >= 8,
    )
    const path = join(folder, `${locale}-${colorScheme}-${width}.png`)
    await page.screenshot({ path, fullPage: true })
    t.log(path)
    t.deepEqual(complaints, [])
    // Nothing sticks out of a narrow screen.
    t.true(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth))
  })
}
