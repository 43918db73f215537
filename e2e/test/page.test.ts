import { createWorld, largeWorld } from '@alauda-exporter/alauda-simulator'
import type { Page } from 'playwright-core'
import { testWithBrowser as test } from '../helpers/browser.js'
import { everySecond } from '../helpers/exporter.js'
import { isClean, isLive, newsShown, once, openStatusPage, rowsOf } from '../helpers/status-page.js'

const namesOf = async (page: Page): Promise<ReadonlyArray<string>> => (await rowsOf(page)).map(([name = '']) => name)

test('shows what the cloud says, and the same as the API', async (t) => {
  const opened = await openStatusPage(t, { flags: once })
  const { page, url, cloud } = opened
  await isLive(page)
  const status = await (await fetch(new URL('/api/v1/services', url))).json()
  const { services, lastCollectionTime } = status.accounts[0].namespaces[0]
  const rows = await rowsOf(page)
  t.is(rows.length, 7)
  for (const [index, [name, state, region, instances, cpu, memory]] of rows.entries()) {
    const service = services[index]
    const truth = cloud.world.serviceAt(service.service, lastCollectionTime)
    t.is(name, service.service)
    t.is(state?.replace(/^\S /, ''), truth?.current_status)
    t.is(region, 'BEIJING1')
    t.is(instances, `${truth?.started_num_instances} / ${truth?.target_num_instances}`)
    const points = service.instances.flatMap(({ uuid, sampleTime }: { uuid: string; sampleTime: number }) => {
      const point = cloud.world.pointAt(uuid, sampleTime)
      return point === undefined ? [] : [point]
    })
    // Once collected, no counter has been read twice: its load is unknown, whatever the mean since the start says.
    t.true(cpu?.startsWith('–'), `${name}: ${cpu}`)
    const bytes = points.reduce((sum: number, { memory_usage }: { memory_usage: number }) => sum + memory_usage, 0)
    t.true(
      memory?.startsWith(points.length === 0 ? '–' : (bytes / 2 ** (bytes < 2 ** 30 ? 20 : 30)).toPrecision(3)),
      `${name}: ${memory}`,
    )
  }
  isClean(t, opened)
})

test('filters, sorts and opens, by mouse and by keyboard, and keeps it in the address', async (t) => {
  const opened = await openStatusPage(t)
  const { page } = opened
  await isLive(page)

  await page.getByRole('searchbox', { name: 'Name' }).fill('WEB')
  t.deepEqual(await namesOf(page), ['staging-web', 'web'])
  t.is(await page.locator('#shown').textContent(), '2 of 7 shown')
  await page.getByRole('combobox', { name: 'Status' }).selectOption('Stopped')
  t.deepEqual(await namesOf(page), ['staging-web'])
  t.true(page.url().endsWith('/?name=WEB&status=Stopped'))
  await page.reload()
  await isLive(page)
  t.deepEqual(await namesOf(page), ['staging-web'])
  await page.getByRole('combobox', { name: 'Status' }).selectOption('')
  await page.getByRole('searchbox', { name: 'Name' }).fill('')

  const byMemory = page.getByRole('columnheader', { name: 'Memory' }).first()
  await byMemory.getByRole('link').click()
  t.is(await byMemory.getAttribute('aria-sort'), 'descending')
  t.is((await namesOf(page))[0], 'elasticsearch')
  await page.keyboard.press('Enter')
  t.is(await byMemory.getAttribute('aria-sort'), 'ascending')
  t.is((await namesOf(page))[0], 'serviceexporter')

  const kibana = page.getByRole('link', { name: 'kibana', exact: true })
  await kibana.focus()
  await page.keyboard.press('Enter')
  t.is(await kibana.getAttribute('aria-expanded'), 'true')
  const instances = page.getByRole('table', { name: 'Instances of kibana' })
  t.is(await instances.getByRole('row').count(), 4)
  t.is(await page.evaluate(() => document.activeElement?.textContent), 'kibana')
  // What comes from the cloud in the meantime does not take the focus away.
  await newsShown(page)
  t.is(await page.evaluate(() => document.activeElement?.textContent), 'kibana')
  t.true((await page.locator('.plot canvas').count()) === 2)
  await page.keyboard.press('Enter')
  t.is(await instances.count(), 0)
  isClean(t, opened)
})

test('can be read out: names of tables, bars and plots', async (t) => {
  const opened = await openStatusPage(t, { flags: [...everySecond, '--web.prometheus-url=http://prom:9090/'] })
  const { page } = opened
  await page.getByRole('img', { name: /^CPU of kibana, last 0 min: between [\d.]+ and [\d.]+, last [\d.]+$/ }).waitFor()
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'kibana' }) })
  // A rate takes two readings.
  await row
    .getByText(/KiB\/s/)
    .first()
    .waitFor()
  const outline = await row.ariaSnapshot()
  for (const part of [
    '- rowheader "kibana"',
    '- link "kibana"',
    '- cell "Running"',
    '- cell "BEIJING1"',
    '- cell "3 / 3"',
    '- meter "CPU of kibana"',
    '- meter "Memory of kibana"',
    /- cell "Received [\d.]+ KiB\/s Sent [\d.]+ KiB\/s"/,
  ]) {
    t.true(typeof part === 'string' ? outline.includes(part) : part.test(outline), `${part} in\n${outline}`)
  }
  t.is(
    await row.getByRole('link', { name: 'Probe kibana: its metrics, read now' }).getAttribute('href'),
    'probe?namespace=demo&service=kibana',
  )
  t.true(
    (await row.getByRole('link', { name: 'Graph of kibana in Prometheus' }).getAttribute('href'))?.startsWith(
      'http://prom:9090/graph?',
    ),
  )
  // On a busy machine a collection may fail, and have a row of remarks.
  t.is(await page.getByRole('table', { name: 'Collections' }).getByRole('rowheader').count(), 1)
  isClean(t, opened)
})

test('fits on every screen, also with a service open, and is a table on each of them', async (t) => {
  const opened = await openStatusPage(t, { flags: once, query: '?open=demo%2Fkibana' })
  const { page } = opened
  await isLive(page)
  for (const width of [360, 760, 780, 940, 960, 1020, 1100, 1180, 1280, 1400, 1440]) {
    await page.setViewportSize({ width, height: 900 })
    const measured = await page.evaluate(() => {
      const table = document.querySelector('#services')
      const names = [...document.querySelectorAll('#services .toggle')]
      return {
        sticksOut: [document.documentElement, ...(table?.parentElement ? [table.parentElement] : [])].some(
          ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
        ),
        narrowestCell: Math.min(...names.map((name) => name.closest('th')?.getBoundingClientRect().width ?? 0)),
      }
    })
    t.false(measured.sticksOut, `at ${width}`)
    t.true(measured.narrowestCell >= 120, `${measured.narrowestCell} at ${width}`)
    const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: 'kibana' }) })
    t.is(await row.getByRole('cell', { name: '3 / 3' }).count(), 1, `at ${width}`)
    t.true(await page.getByRole('columnheader', { name: 'Status' }).isVisible(), `at ${width}`)
  }
  isClean(t, opened)
})

test('works without scripts', async (t) => {
  const opened = await openStatusPage(t, { context: { javaScriptEnabled: false } })
  const { page } = opened
  t.is(await page.locator('#services > tbody').count(), 7)
  await page.getByRole('link', { name: 'kibana', exact: true }).click()
  t.is(await page.getByRole('table', { name: 'Instances of kibana' }).getByRole('row').count(), 4)
  await page.getByRole('searchbox', { name: 'Name' }).fill('web')
  await page.getByRole('button', { name: 'Filter' }).click()
  t.is(await page.locator('#shown').textContent(), '2 of 7 shown')
  await page.getByRole('columnheader', { name: 'Status' }).getByRole('link').click()
  t.true(page.url().endsWith('/?name=web&sort=status&open=demo%2Fkibana'))
  await page.getByRole('link', { name: '中文' }).click()
  t.is(await page.locator('html').getAttribute('lang'), 'zh-Hans')
  t.is(await page.locator('#services > tbody').count(), 2)
  isClean(t, opened)
})

test('a thousand services can be worked with', async (t) => {
  const origin = Date.now() / 1000 - 600
  const opened = await openStatusPage(t, { world: largeWorld({ services: 1000, instances: 2, origin }), flags: once })
  const { page } = opened
  await page.getByText('500 of 1000 shown').waitFor()
  await isLive(page)
  const filter = page.getByRole('searchbox', { name: 'Name' })
  await filter.fill('service-0942')
  await filter.press('Enter')
  await page.getByText('1 of 1000 shown').waitFor()
  t.deepEqual(await namesOf(page), ['service-0942'])
  await filter.fill('')
  await filter.press('Enter')
  await page.getByText('500 of 1000 shown').waitFor()
  await page.locator('[data-sort=memory]').click()
  await page.locator('th.memory[aria-sort=descending]').waitFor()
  isClean(t, opened)
})

const oddNames = ['<script>alert(1)</script>', '"onload="alert(1)', "it's", 'a&amp;b', '灵雀云', '</tbody></table>']

test('names are text, whatever is in them', async (t) => {
  const services = oddNames.map((service_name) => ({ service_name, image_name: '<b>"\'', region_name: service_name }))
  const opened = await openStatusPage(t, { world: createWorld({ services, origin: Date.now() / 1000 - 600 }) })
  const { page } = opened
  await isLive(page)
  t.deepEqual([...(await namesOf(page))].sort(), [...oddNames].sort())
  for (const name of oddNames) await page.getByRole('link', { name, exact: true }).click()
  t.is(await page.locator('tr.detail').count(), oddNames.length)
  t.deepEqual(await page.locator('script').evaluateAll((scripts) => scripts.map((script) => script.textContent)), [''])
  t.is(await page.locator('main b:not(.totals b), [onload]').count(), 0)
  isClean(t, opened)
})
