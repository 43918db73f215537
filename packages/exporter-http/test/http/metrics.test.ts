import { createCollector } from '@alauda-exporter/collector'
import test from 'ava'
import fc from 'fast-check'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { buildInfoFamily } from '../../src/build-info.js'
import { metricsRoute, scrapeDeadlineMs } from '../../src/http/metrics.js'

const timeout = (seconds: string) => ({ 'x-prometheus-scrape-timeout-seconds': seconds })

test('a scrape may take as long as Prometheus waits, less half a second for the way back', (t) => {
  t.is(scrapeDeadlineMs(timeout('10')), 9500)
  t.is(scrapeDeadlineMs(timeout('10.000000')), 9500)
  t.is(scrapeDeadlineMs(timeout('1.5')), 1000)
  t.is(scrapeDeadlineMs(timeout('120')), 119_500)
})

test('of a very short time half is left', (t) => {
  t.is(scrapeDeadlineMs(timeout('1')), 500)
  t.is(scrapeDeadlineMs(timeout('0.8')), 400)
  t.is(scrapeDeadlineMs(timeout('0.1')), 50)
})

test('who does not say how long it waits is taken for Prometheus with its usual settings', (t) => {
  t.is(scrapeDeadlineMs({}), 9500)
  for (const nonsense of ['', ' ', 'soon', '0', '-5', 'NaN', 'Infinity', '1e999', '10s']) {
    t.is(scrapeDeadlineMs(timeout(nonsense)), 9500, nonsense)
  }
})

test('an answer is never later than Prometheus waits', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 3600, noNaN: true }), (seconds) => {
      const deadline = scrapeDeadlineMs(timeout(String(seconds)))
      t.true(deadline > 0 && deadline < seconds * 1000)
    }),
  )
})

const emptySource = {
  listServices: () => TE.right([]),
  listInstances: () => TE.right([]),
  getInstanceMetrics: () => TE.right({ points: [] }),
}

test('gives the collector’s families and then the exporter’s own, as Prometheus’ text format', async (t) => {
  const collector = createCollector({ source: emptySource, namespaces: ['demo'], clock: manualClock() })
  await collector.collect()
  const { status, contentType, body } = await metricsRoute(collector, [buildInfoFamily('1.2.3')])({ headers: {} })
  t.is(status, 200)
  t.is(contentType, 'text/plain; version=0.0.4; charset=utf-8')
  t.deepEqual(
    body.split('\n').filter((line) => line.startsWith('# TYPE')),
    [
      '# TYPE alauda_up gauge',
      '# TYPE alauda_collection_duration_seconds gauge',
      '# TYPE alauda_collection_timestamp_seconds gauge',
      '# TYPE alauda_collection_instances gauge',
      '# TYPE alauda_collection_left_out_instances gauge',
      '# TYPE alauda_collection_duplicates gauge',
      '# TYPE alauda_exporter_build_info gauge',
    ],
  )
})

test('waits for the first collection until the deadline, and then gives what there is', async (t) => {
  const clock = manualClock()
  const silent = { ...emptySource, listServices: () => () => new Promise<never>(() => {}) }
  const collector = createCollector({ source: silent, namespaces: ['demo'], clock })
  collector.start()
  t.teardown(collector.stop)
  let isAnswered = false
  const answer = Promise.resolve(metricsRoute(collector, [buildInfoFamily('1.2.3')])({ headers: timeout('5') }))
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
  t.regex(body, /^# HELP alauda_exporter_build_info .*\n# TYPE .*\nalauda_exporter_build_info\{.*\} 1\n$/)
})

test('a deadline is one that Node’s timers can wait for', (t) => {
  t.true(scrapeDeadlineMs({ 'x-prometheus-scrape-timeout-seconds': '3000000' }) <= 2 ** 31 - 1)
})
