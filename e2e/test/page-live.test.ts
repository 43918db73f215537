import { testWithBrowser as test } from '../helpers/browser.js'
import { everySecond, startWatching } from '../helpers/exporter.js'
import { isClean, isLive, newsShown, once, openStatusPage, rowsOf } from '../helpers/status-page.js'

test('follows what happens on the cloud', async (t) => {
  const opened = await openStatusPage(t)
  const { page, cloud } = opened
  await isLive(page)
  t.true((await rowsOf(page)).some((cells) => cells[0] === 'kibana' && cells[3] === '3 / 3'))
  cloud.world.change({ at: Date.now() / 1000, action: 'update', service: 'kibana', set: { target_num_instances: 4 } })
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'kibana' }) })
  await row.getByText('4 / 4').waitFor()
  cloud.faults.set([{ kind: 'server-error', endpoint: 'listServices' }])
  await page.getByText('▲ Down').waitFor()
  await page
    .getByText(/HTTP status 500/)
    .first()
    .waitFor()
  isClean(t, opened)
})

test('what has not changed is not read out again', async (t) => {
  const opened = await openStatusPage(t)
  const { page } = opened
  await isLive(page)
  await page.addInitScript(() => {
    const observer = new MutationObserver((changes) => {
      document.body.dataset.changed = `${document.body.dataset.changed ?? ''}${changes.map(({ target }) => target.textContent).join()};`
    })
    document.addEventListener('DOMContentLoaded', () => {
      for (const region of document.querySelectorAll('[role=status]')) {
        observer.observe(region, { childList: true, characterData: true, subtree: true })
      }
    })
  })
  await page.reload()
  await isLive(page)
  await newsShown(page)
  // On a busy machine the page may say meanwhile that the exporter is unreachable, and then that it is live again.
  const said = async () => ((await page.locator('body').getAttribute('data-changed')) ?? '').split(';').slice(0, -1)
  t.is((await said())[0], 'Live')
  await page.getByRole('searchbox', { name: 'Name' }).fill('web')
  const all = await said()
  t.true(all.includes('2 of 7 shown'), all.join())
  t.deepEqual(
    all.filter((text, index) => text === all[index - 1]),
    [],
  )
  isClean(t, opened)
})

test('sends no request while the page is hidden, and one immediately when it is visible again', async (t) => {
  const opened = await openStatusPage(t, { flags: once })
  const { page } = opened
  await page.clock.install()
  await page.reload()
  await isLive(page)
  // A browser without a screen hides no page by itself.
  const hide = (isHidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, isHidden)
  await hide(true)
  await page.getByText('Paused while hidden').waitFor()
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.clock.runFor('10:00')
  t.deepEqual(asked, [])
  await hide(false)
  await page.getByText('Live').waitFor()
  t.is(asked.length, 1)
  isClean(t, opened)
})

test('reports when the exporter does not answer, and continues when it is back', async (t) => {
  const opened = await openStatusPage(t)
  const { page, cloud, url, exporter } = opened
  await isLive(page)
  await exporter.stop()
  await page.getByText(/The exporter has been unreachable since \d\d:\d\d:\d\d/).waitFor()
  t.is((await rowsOf(page)).length, 7)
  await startWatching(t, cloud, new URL(url).host, everySecond)
  cloud.world.change({ at: Date.now() / 1000, action: 'update', service: 'kibana', set: { target_num_instances: 2 } })
  await isLive(page)
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'kibana' }) })
  await row.getByText('2 / 2').waitFor()
  // That it could not be reached is what the browser complains about, and nothing else.
  t.deepEqual(
    opened.complaints.filter((complaint) => !complaint.includes('ERR_CONNECTION')),
    [],
  )
})
