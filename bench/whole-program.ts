import { reportCollections } from './suite/collecting.js'
import { exporterAccount } from './suite/exporter-account.js'
import { exporterPage } from './suite/exporter-page.js'

/** This project's whole way: the client and the collector as the exporter makes them, and a page. */
const { collector } = exporterAccount()
const { render, page } = exporterPage(collector)

await reportCollections({
  metric: 'alauda_instance_memory_usage_bytes',
  collectAndRender: async () => {
    await collector.collect()
    await render()
  },
  page,
})
