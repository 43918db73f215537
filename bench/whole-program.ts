import { createMetricsPage } from '@alauda-exporter/collector'
import { reportCollections } from './suite/collecting.js'
import { exporterAccount } from './suite/exporter-account.js'

/** This project's whole way: the client and the collector as the exporter makes them, and a page. */
const { collector } = exporterAccount()
const makePage = createMetricsPage(collector)

await reportCollections('alauda_instance_memory_usage_bytes', async () => {
  await collector.collect()
  const { page } = await makePage(new Headers())
  return page
})
