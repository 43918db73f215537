import test from 'ava'
import { accountIn, labelsOf } from '../helpers/accounts.js'
import { callsAt, event, hangs, memory, onePage, service, startCloud, webIn } from '../helpers/cloud.js'
import { startTestExporter } from '../helpers/exporter.js'
import { metricOf } from '../helpers/page.js'

const flags = { 'collect.interval': ['0'], 'alauda.max-retries': ['0'] }
const memoryOf = (page: string) => metricOf(page, 'alauda_instance_memory_usage_bytes')
const web0 = 'namespace="demo",service="web",instance_name="web.0"'

test('nothing is asked before the first scrape; each scrape collects', async (t) => {
  let bytes = 0
  const cloud = await startCloud(t, {
    ...webIn(0, 'demo'),
    'services/demo/web/instances/u/metrics': () => {
      bytes += 1
      return memory(bytes)
    },
  })
  const { get, page } = await startTestExporter(t, { environment: cloud.environment, flags })
  await (await get('/-/healthy')).text()
  t.deepEqual(cloud.requests, [])
  t.deepEqual(memoryOf(await page()), [`alauda_instance_memory_usage_bytes{${web0}} 1`])
  const second = await page()
  t.deepEqual(memoryOf(second), [`alauda_instance_memory_usage_bytes{${web0}} 2`])
  t.is(callsAt(cloud, 'services/demo/'), 2)
  t.deepEqual(metricOf(second, 'alauda_up', 'alauda_logins_total'), [
    'alauda_up{namespace="demo"} 1',
    'alauda_logins_total 1',
  ])
  t.notRegex(second, /alauda_collection_interval_ratio/)
})

test('scrapes at the same time share a collection', async (t) => {
  const [asked, released] = [event(), event()]
  const cloud = await startCloud(t, {
    ...webIn(1, 'demo'),
    'services/demo/?page=1': async () => {
      asked.happen()
      await released.wait
      return onePage(service('web', 'u'))
    },
  })
  const { page, get } = await startTestExporter(t, { environment: cloud.environment, flags })
  const first = page()
  await asked.wait
  const second = page()
  // Its connection was opened after the second scrape's.
  await (await get('/-/healthy')).text()
  released.happen()
  const pages = await Promise.all([first, second])
  for (const one of pages) t.deepEqual(memoryOf(one), [`alauda_instance_memory_usage_bytes{${web0}} 1`])
  t.is(callsAt(cloud, 'services/demo/'), 1)
  t.is(callsAt(cloud, 'services/demo/web/instances/u/metrics'), 1)
})

test('a service that hangs does not keep the others from the page: that comes in time, with their values', async (t) => {
  const cloud = await startCloud(t, {
    'services/demo/?page=1': onePage(service('api', 'a'), service('web', 'u')),
    'services/demo/api/instances/a/metrics': hangs,
    'services/demo/web/instances/u/metrics': memory(7),
  })
  const { page } = await startTestExporter(t, { environment: cloud.environment, flags })
  // On a busy machine the first scrape may end before web has been read, too.
  let text = await page('/metrics', 3)
  while (memoryOf(text).length === 0) text = await page('/metrics', 3)
  t.deepEqual(memoryOf(text), [`alauda_instance_memory_usage_bytes{${web0}} 7`])
  t.deepEqual(metricOf(text, 'alauda_up', 'alauda_collection_instances', 'alauda_api_requests_in_flight'), [
    'alauda_up{namespace="demo"} 1',
    'alauda_collection_instances{namespace="demo",outcome="ok"} 1',
    'alauda_collection_instances{namespace="demo",outcome="empty"} 0',
    'alauda_collection_instances{namespace="demo",outcome="gone"} 0',
    'alauda_collection_instances{namespace="demo",outcome="failed"} 1',
    'alauda_api_requests_in_flight 1',
  ])
})

test('an account whose cloud hangs does not keep the others from the page', async (t) => {
  const accounts = [
    accountIn('north', await startCloud(t, { 'services/demo/': hangs })),
    accountIn('south', await startCloud(t, webIn(2, 'demo'))),
  ]
  const { page } = await startTestExporter(t, { file: { accounts }, flags })
  let text = await page('/metrics', 3)
  while (memoryOf(text).length === 0) text = await page('/metrics', 3)
  t.deepEqual(memoryOf(text), [`alauda_instance_memory_usage_bytes{${web0},${labelsOf('south')}} 2`])
  t.deepEqual(metricOf(text, 'alauda_up'), [
    `alauda_up{namespace="demo",${labelsOf('north')}} 0`,
    `alauda_up{namespace="demo",${labelsOf('south')}} 1`,
  ])
})
