import { type Collector, createMetricsPage } from '@alauda-exporter/collector'
import { exporterAccount } from './suite/exporter-account.js'
import { flagOf, repeat, report } from './suite/measured.js'

/**
 * What collections and their pages leave in memory, after a tenth of `--collections` and after all of them. Needs `--expose-gc`. The last
 * page is in memory too.
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

const showing = (collector: Collector) => {
  const makePage = createMetricsPage(collector)
  return async () => {
    await collector.collect()
    return (await makePage(new Headers())).page
  }
}

// Compiled code and open connections are not what is kept for an instance.
await repeat(10, showing(exporterAccount(flagOf('few')).collector))

const before = usedBytes()
const show = showing(exporterAccount().collector)
let page = new Uint8Array()
let early = 0
for (let done = 1; done <= collections; done += 1) {
  page = await show()
  if (done === Math.ceil(collections / 10)) early = usedBytes()
}
const late = usedBytes()
report({ state: late - before - page.length, early: early / 1e6, late: late / 1e6 })
