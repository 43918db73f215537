import { cpuOf, flagOf, peakMemory, repeat, report } from './measured.js'

/** What a program that measures the whole way is given. */
export const collectingFlags = () => ({
  url: flagOf('url'),
  namespace: flagOf('namespace'),
  concurrency: Number(flagOf('concurrency')),
})

/**
 * Measures a collection with its page: `--warm` times without counting, so that code is compiled and connections are open, then
 * `--measured` times. `metric` is one that every instance has.
 */
export const reportCollections = async (metric: string, collect: () => Promise<string | Uint8Array>): Promise<void> => {
  const instances = Number(flagOf('instances'))
  const measured = Number(flagOf('measured'))
  await repeat(Number(flagOf('warm')), collect)
  let page: string | Uint8Array = ''
  const begun = performance.now()
  const cpu = await cpuOf(() =>
    repeat(measured, async () => {
      page = await collect()
    }),
  )
  // Before the page becomes a text.
  const peak = peakMemory()
  const wall = (performance.now() - begun) / measured
  const shown = Buffer.from(page).toString().split(`\n${metric}{`).length - 1
  if (shown !== instances) throw new Error(`the page shows ${shown} instances, expected ${instances}`)
  report({ cpuPerInstance: cpu / measured / instances, wall, peak })
}
