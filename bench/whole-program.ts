import { createMetricsPage } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { parseCommandLine } from '../packages/exporter-http/src/settings/command-line.js'
import { readSettings } from '../packages/exporter-http/src/settings/settings.js'
import { watchAccount } from '../packages/exporter-http/src/watch.js'
import { collectingFlags, reportCollections } from './suite/collecting.js'

/** This project's whole way: the client and the collector as the exporter makes them. */
const { url, namespace, concurrency } = collectingFlags()
const { flags } = parseCommandLine([
  `--alauda.endpoint=${url}`,
  `--alauda.namespace=${namespace}`,
  `--alauda.max-concurrency=${concurrency}`,
  '--collect.max-instances=1000000',
  '--collect.interval=1h',
])
const environment = { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }
const settings = readSettings({ flags, environment, readFile: () => E.left('no files') })
if (E.isLeft(settings)) throw new Error(JSON.stringify(settings.left))
const [account] = settings.right.accounts
if (account === undefined) throw new Error('the settings have no account')
const { collector } = watchAccount(settings.right, account)
const makePage = createMetricsPage(collector)

await reportCollections('alauda_instance_memory_usage_bytes', async () => {
  await collector.collect()
  const { page } = await makePage(new Headers())
  return page
})
