import { queriesOf } from './stored-samples.js'

/** The labels of all series that a query gives now, of the Prometheus at `url`; none while it does not answer. */
export const seriesNow = (url: string, query: string): Promise<ReadonlyArray<Readonly<Record<string, string>>>> =>
  queriesOf(url.replace(/\/$/, ''))
    .query(query)
    .then(
      (series) => series.map(({ labels }) => labels),
      () => [],
    )

/** Whether something answers there. */
export const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  )
