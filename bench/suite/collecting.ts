import { cpuOf, flagOf, peakMemory, repeat, report } from './measured.js'

/** What a program that measures the whole way is given. */
export const collectingFlags = () => ({
  url: flagOf('url'),
  namespace: flagOf('namespace'),
  concurrency: Number(flagOf('concurrency')),
})

/** The whole way. `metric` is one that every instance has. */
export interface Whole {
  readonly metric: string
  /** A collection, and its page for a reader that throws it away. */
  readonly collectAndRender: () => Promise<unknown>
  /** The last page: not measured. */
  readonly page: () => Promise<string>
}

/**
 * Measures a collection with its page: `--warm` times without counting, so that code is compiled and connections are open, then
 * `--measured` times.
 */
export const reportCollections = async ({ metric, collectAndRender, page }: Whole): Promise<void> => {
  const instances = Number(flagOf('instances'))
  const measured = Number(flagOf('measured'))
  await repeat(Number(flagOf('warm')), collectAndRender)
  const begun = performance.now()
  const cpu = await cpuOf(() => repeat(measured, collectAndRender))
  const wall = (performance.now() - begun) / measured
  const peak = peakMemory()
  const shown = (await page()).split(`\n${metric}{`).length - 1
  if (shown !== instances) throw new Error(`the page shows ${shown} instances, expected ${instances}`)
  report({ cpuPerInstance: cpu / measured / instances, wall, peak })
}
