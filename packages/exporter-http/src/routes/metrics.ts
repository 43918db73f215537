import { createMetricsParts, type Family, type MetricsSource } from '@alauda-exporter/collector'
import { type Handler, headersOf, reply } from '../toolkit/handler.js'
import type { Watch } from '../watch.js'

/** Metrics of the exporter's own. */
export type OwnFamilies = () => ReadonlyArray<Family> | Promise<ReadonlyArray<Family>>

/** The last collection and the exporter's own metrics, as a page for Prometheus. */
export const metricsRoute = (watch: Pick<Watch, 'scrape'>, ...parts: ReadonlyArray<OwnFamilies>): Handler => {
  let own: Promise<ReadonlyArray<Family>> | undefined
  // Shared by scrapes at the same time.
  const ownFamilies = () => {
    own ??= Promise.all(parts.map(orNone)).then((families) => {
      own = undefined
      return families.flat()
    })
    return own
  }
  // One source: of several, a page leaves out those that are slow.
  return scrapeRoute({ scrape: async (waitMs) => [...(await watch.scrape(waitMs)), ...(await ownFamilies())] })
}

/** A part that fails, as where the system hides a process' usage, must not cost the page the cloud's metrics. */
const orNone = async (read: OwnFamilies): Promise<ReadonlyArray<Family>> => {
  try {
    return await read()
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
    return []
  }
}

/** The metrics of a source, as a page for Prometheus. */
export const scrapeRoute = (source: MetricsSource): Handler => {
  const makeParts = createMetricsParts(source)
  return async ({ headers }) => {
    const { contentType, parts } = await makeParts(headersOf(headers))
    return reply(200, contentType, parts, { vary: 'Accept' })
  }
}
