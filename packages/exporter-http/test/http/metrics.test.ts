import { createCollector } from '@alauda-exporter/collector'
import test from 'ava'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { buildInfoFamily } from '../../src/build-info.js'
import { metricsRoute } from '../../src/http/metrics.js'
import { asked } from '../helpers/asked.js'
import { textOf } from '../helpers/page.js'

const timeout = (seconds: string) => ({ 'x-prometheus-scrape-timeout-seconds': seconds })

const emptySource = {
  listServices: () => TE.right([]),
  getService: () => () => new Promise<never>(() => {}),
  listInstances: () => TE.right([]),
  getInstanceMetrics: () => TE.right({ points: [] }),
}

test('gives the collector’s families and then the exporter’s own, as Prometheus’ text format', async (t) => {
  const collector = createCollector({ client: emptySource, namespaces: ['demo'], clock: manualClock() })
  await collector.collect()
  const { status, contentType, body } = await metricsRoute(collector, () => [buildInfoFamily('1.2.3')])(asked())
  t.is(status, 200)
  t.is(contentType, 'text/plain; version=0.0.4; charset=utf-8')
  t.deepEqual(
    textOf(body)
      .split('\n')
      .filter((line) => line.startsWith('# TYPE')),
    [
      '# TYPE alauda_up gauge',
      '# TYPE alauda_collection_duration_seconds gauge',
      '# TYPE alauda_collection_interval_ratio gauge',
      '# TYPE alauda_collection_timestamp_seconds gauge',
      '# TYPE alauda_collection_instances gauge',
      '# TYPE alauda_collection_failures_total counter',
      '# TYPE alauda_collection_unreadable_values gauge',
      '# TYPE alauda_collection_future_points gauge',
      '# TYPE alauda_collection_left_out gauge',
      '# TYPE alauda_collection_duplicates gauge',
      '# TYPE alauda_exporter_build_info gauge',
    ],
  )
})

test('waits for the first collection until the deadline, and then gives what there is', async (t) => {
  const clock = manualClock()
  const silent = { ...emptySource, listServices: () => () => new Promise<never>(() => {}) }
  const collector = createCollector({ client: silent, namespaces: ['demo'], clock })
  collector.start()
  t.teardown(collector.stop)
  let isAnswered = false
  const answer = Promise.resolve(metricsRoute(collector, () => [buildInfoFamily('1.2.3')])(asked(timeout('5'))))
  const watched = answer.then((response) => {
    isAnswered = true
    return response
  })
  clock.advance(4499)
  await new Promise(setImmediate)
  t.false(isAnswered)
  clock.advance(1)
  const { status, body } = await watched
  t.is(status, 200)
  t.regex(textOf(body), /^alauda_up\{namespace="demo"\} 0\n.*\nalauda_exporter_build_info\{.*\} 1\n$/ms)
})

test('gives OpenMetrics to who prefers it', async (t) => {
  const collector = createCollector({ client: emptySource, namespaces: ['demo'], clock: manualClock() })
  const route = metricsRoute(collector, () => [buildInfoFamily('1.2.3')])
  const { contentType, headers, body } = await route(asked({ accept: 'application/openmetrics-text;version=1.0.0' }))
  t.is(contentType, 'application/openmetrics-text; version=1.0.0; charset=utf-8')
  t.deepEqual(headers, { vary: 'Accept' })
  t.true(textOf(body).endsWith('# EOF\n'))
})
