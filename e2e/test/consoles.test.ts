import { startSimulator } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import type { Page } from 'playwright-core'
import { defaultConfig } from '../../deploy/mixin/config.js'
import { openPage } from '../helpers/browser.js'
import { debianLibraries, startConsoles, testWithConsoleLibraries, testWithConsoles } from '../helpers/consoles.js'
import { eventually } from '../helpers/eventually.js'
import { everySecond, startWatching } from '../helpers/exporter.js'

const services = ['elasticsearch', 'kibana', 'logstash', 'prometheus', 'serviceexporter', 'staging-web', 'web']

/** The cloud of the article, two exporters that tell the same of it, Prometheus with our consoles, and one of them in a browser. */
const openConsole = async (t: ExecutionContext, path: string, libraries?: string) => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const watching = [1, 2].map(() => startWatching(t, cloud, '127.0.0.1:0', everySecond))
  const hosts = (await Promise.all(watching)).map(({ url }) => new URL(url).host)
  const consoles = await startConsoles(t, hosts, libraries)
  const isScraped = async () => (await fetch(new URL(overview, consoles))).text()
  // Rates are there after two scrapes.
  await eventually(isScraped, (text) => /<td class="number">0\.\d\d<\/td>/.test(text))
  return { cloud, consoles, ...(await openPage(t, `${consoles}${path}`)) }
}

const overview = 'alauda-overview.html'
const kibana = 'alauda-service.html?namespace=demo&service=kibana'

/** What a table says, row by row, without its head. */
const table = (page: Page, name: string): Promise<ReadonlyArray<ReadonlyArray<string>>> =>
  page
    .getByRole('table', { name })
    .getByRole('row')
    .evaluateAll((rows) => rows.slice(1).map((row) => [...row.children].map((cell) => (cell.textContent ?? '').trim())))

const column = async (page: Page, name: string, index: number) => (await table(page, name)).map((row) => row[index])

testWithConsoles('the overview tells what there is, and leads to each service', async (t) => {
  const { page, complaints, consoles, cloud } = await openConsole(t, overview)
  const instances = cloud.world.stateAt(cloud.now()).services.flatMap((one) => one.instances)
  const [[account, namespace, read, count, instanceCount, cores, memory] = []] = await table(page, 'Namespaces')
  t.deepEqual(
    [account, namespace, read, count, instanceCount],
    ['', 'demo', 'read', `${services.length}`, `${instances.length}`],
  )
  t.regex(cores ?? '', /^\d+\.\d\d$/)
  t.regex(memory ?? '', /^[\d.]+GiB$/)
  t.deepEqual(await column(page, 'Services', 4), services)
  t.deepEqual((await table(page, 'Services')).find(([, , , , name]) => name === 'staging-web')?.at(5), 'Stopped')
  t.deepEqual((await column(page, 'Most memory', 1))[0], 'elasticsearch')
  t.is((await column(page, 'Most CPU', 1)).length, 6)
  t.true(await page.getByText('All instances that are wanted are running.').isVisible())
  t.true(await page.getByText('No alert is firing.').isVisible())

  await page.getByRole('table', { name: 'Services' }).getByRole('link', { name: 'kibana' }).click()
  t.is(await page.getByRole('heading', { level: 1 }).textContent(), 'kibana')
  t.deepEqual(await column(page, 'Instances side by side', 0), ['kibana.0', 'kibana.1', 'kibana.2'])
  const facts = new Map(
    (await table(page, 'All instances together')).map(([name, value, limit]) => [name, { value, limit }]),
  )
  t.is(facts.get('Instances running')?.value, '3')
  t.is(facts.get('Instances wanted')?.value, '3')
  t.is(facts.get('CPU cores')?.limit, '1.00')
  t.is(facts.get('Memory')?.limit, '1GiB')
  t.false(await page.locator('#graphs').isVisible(), 'without the libraries there are no graphs')
  await page.getByRole('link', { name: 'demo' }).click()
  t.is(await page.getByRole('heading', { level: 1 }).textContent(), 'Alauda services of demo')
  t.deepEqual(await column(page, 'Services', 4), services)

  await page.goto(`${consoles}${overview}?namespace=elsewhere`)
  t.true(await page.getByText('No exporter is scraped, or none of what was asked for.').isVisible())
  t.true(await page.getByText('No service is known that should run.').isVisible())
  t.deepEqual(complaints, [])

  cloud.faults.set([{ kind: 'server-error', endpoint: 'listServices' }])
  await eventually(
    async () => {
      await page.goto(`${consoles}${overview}`)
      return page.getByRole('table', { name: 'What is alerting' }).getByRole('row').allTextContents()
    },
    (rows) => rows.some((row) => row.includes('AlaudaCloudDown')),
  )
  t.deepEqual(await column(page, 'Namespaces', 2), ['not read'])
  t.is(
    await page.getByRole('link', { name: 'AlaudaCloudDown' }).getAttribute('href'),
    `${defaultConfig.runbookBaseUrl}/AlaudaCloudDown.md`,
  )
})

const hostile = [
  '</script><script>document.title="taken"</script>',
  '"} or vector(1) #',
  '\'"><img src=x onerror=alert(1)>',
]

testWithConsoleLibraries('what stands in the address is text, and no part of a query', async (t) => {
  // Nothing listens there: what a query brings that has become another one needs no exporter.
  const consoles = await startConsoles(t, ['127.0.0.1:1'], debianLibraries)
  const { page } = await openPage(t, 'about:blank')
  for (const service of hostile) {
    await page.goto(`${consoles}alauda-service.html?${new URLSearchParams({ namespace: 'demo', service })}`)
    t.is(await page.getByRole('heading', { level: 1 }).textContent(), service)
    t.is(await page.title(), `${service} – Alauda`)
    t.true(await page.getByText('There is no such service now.').isVisible())
    t.true(await page.getByText('It has no instances now.').isVisible())
    t.is(await page.locator('img').count(), 0)
    await page.goto(`${consoles}${overview}?${new URLSearchParams({ namespace: service })}`)
    t.true(await page.getByText('No exporter is scraped, or none of what was asked for.').isVisible())
  }
})

testWithConsoleLibraries('with Debian’s console libraries there are graphs', async (t) => {
  const { page } = await openConsole(t, kibana, debianLibraries)
  const lines = (id: string) => page.locator(`#${id} path.path`).count()
  await page.locator('#sent path.path').nth(2).waitFor({ state: 'attached' })
  for (const id of ['cpu', 'memory', 'received', 'sent']) t.is(await lines(id), 3, id)
  for (const id of ['cpu-sum', 'memory-sum']) t.is(await lines(id), 1, id)
  t.deepEqual((await page.locator('#memory .rickshaw_legend .label').allTextContents()).sort(), [
    'kibana.0',
    'kibana.1',
    'kibana.2',
  ])
  t.true(await page.getByTitle('Time range of graph').isVisible())
})
