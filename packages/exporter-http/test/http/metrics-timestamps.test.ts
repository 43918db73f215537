import test from 'ava'
import { onePage, service, startCloud } from '../helpers/cloud.js'
import { startTestExporter } from '../helpers/exporter.js'
import { metricOf } from '../helpers/page.js'

const web0 = '{namespace="demo",service="web",instance_name="web.0"}'
const pointsAt = (time: number) => ({
  body: { columns: ['time', 'memory_usage', 'cpu_cumulative_usage'], points: [[time, 1024, 2e9]] },
})
const answersAt = (time: number) => ({
  'services/demo/?page=1': onePage({ ...service('web', 'u'), target_num_instances: 1 }),
  'services/demo/web/instances/u/metrics': pointsAt(time),
})
const names = ['alauda_instance_', 'alauda_service_', 'alauda_up']
const openMetrics = { headers: { accept: 'application/openmetrics-text;version=1.0.0' } }

test('with --metrics.timestamps measured values carry the time of their measuring, and nothing else does', async (t) => {
  const time = Math.floor(Date.now() / 1000) - 60
  const { environment } = await startCloud(t, answersAt(time))
  const { page, get } = await startTestExporter(t, { environment, flags: { 'metrics.timestamps': ['true'] } })
  const others = [
    `alauda_instance_last_sample_timestamp_seconds${web0} ${time}`,
    'alauda_instance_info{namespace="demo",service="web",instance_name="web.0",uuid="u"} 1',
    'alauda_service_target_instances{namespace="demo",service="web"} 1',
    'alauda_service_info{namespace="demo",service="web"} 1',
    'alauda_up{namespace="demo"} 1',
  ]
  const text = await page()
  t.deepEqual(metricOf(text, ...names), [
    `alauda_instance_cpu_usage_seconds_total${web0} 2 ${time}000`,
    `alauda_instance_memory_usage_bytes${web0} 1024 ${time}000`,
    ...others,
  ])
  t.is(text.split('\n').filter((line) => / \S+ \d+$/.test(line) && !line.startsWith('#')).length, 2)
  const inOpenMetrics = await (await get('/metrics', openMetrics)).text()
  t.true(inOpenMetrics.endsWith('# EOF\n'))
  t.deepEqual(metricOf(inOpenMetrics, ...names).slice(0, 2), [
    `alauda_instance_cpu_usage_seconds_total${web0} 2 ${time}`,
    `alauda_instance_memory_usage_bytes${web0} 1024 ${time}`,
  ])
  t.is(inOpenMetrics.split('\n').filter((line) => /^alauda\S+ \S+ \S+$/.test(line)).length, 2)
})

test('without it no sample carries a time', async (t) => {
  const { environment } = await startCloud(t, answersAt(60))
  const { page, get } = await startTestExporter(t, { environment })
  for (const text of [await page(), await (await get('/metrics', openMetrics)).text()]) {
    t.is(metricOf(text, 'alauda_instance_memory_usage_bytes')[0], `alauda_instance_memory_usage_bytes${web0} 1024`)
    t.deepEqual(
      text.split('\n').filter((line) => /^alauda\S+ \S+ \S+$/.test(line)),
      [],
    )
  }
})
