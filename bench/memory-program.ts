import { createMetricsPage } from '@alauda-exporter/collector'
import { exporterAccount } from './suite/exporter-account.js'
import { flagOf, report } from './suite/measured.js'

/**
 * What collections and their pages leave in memory, after a tenth of `--collections` and after all of them. Needs `--expose-gc`. The last
 * page is in memory too, and `pageBytes` long.
 */
const collections = Number(flagOf('collections'))
const { collector } = exporterAccount()
const makePage = createMetricsPage(collector)

const usedBytes = (): number => {
  if (globalThis.gc === undefined) throw new Error('node --expose-gc is needed')
  // What the first leaves to finalizers goes with the second.
  globalThis.gc()
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

const before = usedBytes()
let page = new Uint8Array()
let early = 0
for (let done = 1; done <= collections; done += 1) {
  await collector.collect()
  page = (await makePage(new Headers())).page
  if (done === Math.ceil(collections / 10)) early = usedBytes()
}
report({ state: usedBytes() - before - page.length, early, late: usedBytes(), pageBytes: page.length })
