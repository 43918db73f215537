import type { Collector } from '@alauda-exporter/collector'
import { exporterAccount } from './suite/exporter-account.js'
import { exporterPage } from './suite/exporter-page.js'
import { flagOf, repeat, report } from './suite/measured.js'

/**
 * What collections leave in memory, after a tenth of `--collections` and after all of them. A page is made of each, and not kept. Needs
 * `--expose-gc`.
 */
const collections = Number(flagOf('collections'))

const usedBytes = (): number => {
  if (globalThis.gc === undefined) throw new Error('node --expose-gc is needed')
  // What the first leaves to finalizers goes with the second.
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const collecting = (collector: Collector) => {
  const { render } = exporterPage(collector)
  return async () => {
    await collector.collect()
    await render()
  }
}

// Compiled code and open connections are not what is kept for an instance.
await repeat(10, collecting(exporterAccount(flagOf('few')).collector))

const before = usedBytes()
const { collector } = exporterAccount()
const collectAndRender = collecting(collector)
await repeat(Math.ceil(collections / 10), collectAndRender)
const early = usedBytes()
await repeat(collections - Math.ceil(collections / 10), collectAndRender)
const late = usedBytes()
report({ state: late - before, early: early / 1e6, late: late / 1e6 })
// What is measured is still needed.
collector.stop()
