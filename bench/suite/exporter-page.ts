import { type Collector, createMetricsParts, type PagePart } from '@alauda-exporter/collector'

/** The pages of a collector as the exporter makes them, part by part. */
export const exporterPage = (collector: Collector) => {
  const makeParts = createMetricsParts(collector)
  const partsOf = async (): Promise<ReadonlyArray<PagePart>> => (await makeParts(new Headers())).parts
  return {
    /** For a reader that throws it away, as the exporter does with the parts of a page that it has compressed. */
    render: async (): Promise<void> => {
      for (const part of await partsOf()) part.read(() => {})
    },
    page: async (): Promise<string> => Buffer.concat((await partsOf()).map((part) => part.bytes())).toString(),
  }
}
