import type { Simulator } from '@alauda-exporter/alauda-simulator'
import type { Queries } from '../../testing/stored-samples.js'
import type { StoredSeries } from './prometheus.js'

export const memory = 'alauda_instance_memory_usage_bytes'

/** Every metric of an instance. */
export const allMetrics = '{__name__=~"alauda_instance_.+"}'

/** The times of the stored samples of every series, in an order that does not depend on who was asked. */
export const allTimes = (series: ReadonlyArray<StoredSeries>): string =>
  series
    .map(({ labels, samples }) =>
      [labels.__name__, labels.instance_name, ...samples.map(({ time }) => time.toFixed(3))].join(' '),
    )
    .sort()
    .join('\n')

/** The times of the stored samples, oldest first, by the name of the instance that they are of. */
export const timesByInstance = (series: ReadonlyArray<StoredSeries>): ReadonlyMap<string, ReadonlyArray<number>> =>
  new Map(series.map(({ labels, samples }) => [labels.instance_name ?? '', samples.map(({ time }) => time)]))

/**
 * Compares the stored memory of every instance between two times with the cloud's. Returns each different sample in `wrong`, and each
 * instance with more than one series in `twice`.
 */
export const comparedWithCloud = async (cloud: Simulator, storage: Queries, from: number, to: number) => {
  const [values, times, infos] = await Promise.all(
    [memory, 'alauda_instance_last_sample_timestamp_seconds', 'alauda_instance_info'].map((metric) =>
      storage.samples(metric, from, to),
    ),
  )
  const uuids = new Map(infos?.map(({ labels }) => [labels.instance_name, labels.uuid ?? '']))
  const measuredAt = new Map(
    times?.flatMap(({ labels, samples }) =>
      samples.map(({ time, value }) => [`${labels.instance_name} ${time}`, value] as const),
    ),
  )
  const names = values?.map(({ labels }) => labels.instance_name ?? '') ?? []
  const compared = (values ?? []).flatMap(({ labels: { instance_name = '' }, samples }) =>
    samples.map(({ time, value }) => {
      const measured = measuredAt.get(`${instance_name} ${time}`)
      // Of the last scrape that a killed server has sent, a part may be missing, and the time with it.
      const seconds = measured === undefined ? secondsBefore(time) : [measured]
      const wanted = seconds.map((at) => cloud.world.pointAt(uuids.get(instance_name) ?? '', at)?.memory_usage)
      return { instance_name, time, value, measured, wanted }
    }),
  )
  return {
    count: compared.length,
    twice: names.filter((name, index) => names.indexOf(name) !== index),
    wrong: compared.filter(
      ({ value, wanted, time, measured }) =>
        !wanted.includes(value) || (measured !== undefined && Math.abs(time - measured) > windowSeconds),
    ),
  }
}

// The exporters' --collect.window, and what a scrape may take.
const windowSeconds = 12

const secondsBefore = (time: number): ReadonlyArray<number> =>
  Array.from({ length: windowSeconds }, (_, ago) => Math.floor(time) - ago)
