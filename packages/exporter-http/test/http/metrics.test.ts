import { createCollector, type Family } from '@alauda-exporter/collector'
import test from 'ava'
import fc from 'fast-check'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { buildInfoFamily } from '../../src/build-info.js'
import { metricsRoute, scrapeDeadlineMs } from '../../src/http/metrics.js'
import { asked } from '../helpers/asked.js'

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
  getService: () => () => new Promise<never>(() => {}),
  listInstances: () => TE.right([]),
  getInstanceMetrics: () => TE.right({ points: [] }),
}

test('gives the collector’s families and then the exporter’s own, as Prometheus’ text format', async (t) => {
  const collector = createCollector({ source: emptySource, namespaces: ['demo'], clock: manualClock() })
  await collector.collect()
  const { status, contentType, body } = await metricsRoute(collector, () => [buildInfoFamily('1.2.3')])(asked())
  t.is(status, 200)
  t.is(contentType, 'text/plain; version=0.0.4; charset=utf-8')
  t.deepEqual(
    body.split('\n').filter((line) => line.startsWith('# TYPE')),
    [
      '# TYPE alauda_up gauge',
      '# TYPE alauda_collection_duration_seconds gauge',
      '# TYPE alauda_collection_interval_ratio gauge',
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
  t.regex(body, /^alauda_up\{namespace="demo"\} 0\n.*\nalauda_exporter_build_info\{.*\} 1\n$/ms)
})

test('a deadline is one that Node’s timers can wait for', (t) => {
  t.true(scrapeDeadlineMs({ 'x-prometheus-scrape-timeout-seconds': '3000000' }) <= 2 ** 31 - 1)
})

const sent: Family = {
  name: 'sent_bytes_total',
  help: 'Bytes that were sent.',
  type: 'counter',
  labels: [],
  samples: [{ labels: {}, value: 738 }],
}

const textPage = {
  status: 200,
  headers: { vary: 'Accept' },
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  body: '# HELP sent_bytes_total Bytes that were sent.\n# TYPE sent_bytes_total counter\nsent_bytes_total 738\n',
}

const openMetricsPage = {
  status: 200,
  headers: { vary: 'Accept' },
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  body: '# TYPE sent_bytes counter\n# UNIT sent_bytes bytes\n# HELP sent_bytes Bytes that were sent.\nsent_bytes_total 738\n# EOF\n',
}

const sentRoute = () =>
  metricsRoute(createCollector({ source: emptySource, namespaces: [], clock: manualClock() }), () => [sent])

const acceptedAsOpenMetrics = {
  'Prometheus 2.34 and later':
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
  'Prometheus 2.49 and later':
    'application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  'Prometheus 3':
    'application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  'Prometheus 3 with names escaped':
    'application/openmetrics-text;version=1.0.0;escaping=underscores;q=0.6,application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=underscores;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2',
  'Prometheus 3 with native histograms':
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=dots;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=dots;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1',
  'no version': 'application/openmetrics-text',
  'no version, text less': 'text/plain;q=0.5, application/openmetrics-text',
  'spaces and capitals': 'Application/OpenMetrics-Text ; Version=1.0.0 ; Charset=UTF-8',
  'a quoted version': 'application/openmetrics-text; version="1.0.0"',
  'equal, and named first': 'application/openmetrics-text, text/plain',
  'equal, and named more exactly': 'text/plain, application/openmetrics-text;version=1.0.0',
  'equal to anything': '*/*, application/openmetrics-text',
  'text refused': 'text/plain;q=0, */*;q=0.1',
}

test('who prefers OpenMetrics 1.0 gets it', async (t) => {
  for (const [name, accept] of Object.entries(acceptedAsOpenMetrics)) {
    t.deepEqual(await sentRoute()(asked({ accept })), openMetricsPage, name)
  }
})

const acceptedAsText = {
  'Prometheus before 2.5': 'text/plain;version=0.0.4;q=1,*/*;q=0.1',
  'Prometheus 2.5 to 2.33': 'application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
  'Prometheus 3 that is set to prefer text':
    'text/plain;version=0.0.4;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.4',
  'Prometheus 3.0 that is set to prefer text':
    'text/plain;version=0.0.4;escaping=allow-utf-8;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,*/*;q=0.4',
  'Prometheus 3 that is set to text 1.0.0': 'text/plain;version=1.0.0;escaping=allow-utf-8;q=0.6,*/*;q=0.5',
  anything: '*/*',
  text: 'text/plain',
  'any text': 'text/*',
  'a browser': 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
  'HTML alone': 'text/html',
  'OpenMetrics less': 'application/openmetrics-text;version=1.0.0;q=0.4, text/plain;q=0.5',
  'text as much, and named first': 'text/plain, application/openmetrics-text',
  'OpenMetrics refused': 'application/openmetrics-text;q=0, */*',
  'OpenMetrics refused and nothing else': 'application/openmetrics-text;version=1.0.0;q=0',
  'OpenMetrics 0.0.1 alone': 'application/openmetrics-text;version=0.0.1',
  'OpenMetrics 0.0.1, or else anything': 'application/openmetrics-text;version=0.0.1,*/*;q=0.1',
  'OpenMetrics 2.0.0 alone': 'application/openmetrics-text;version=2.0.0',
  nothing: '',
  nonsense: ',;=";"\\ /',
}

test('who does not gets text', async (t) => {
  t.deepEqual(await sentRoute()(asked()), textPage)
  for (const [name, accept] of Object.entries(acceptedAsText)) {
    t.deepEqual(await sentRoute()(asked({ accept })), textPage, name)
  }
})

test('whatever is said to be accepted, the answer is one of the two', async (t) => {
  const route = sentRoute()
  const pieces = fc.constantFrom(
    'application/openmetrics-text',
    'text/plain',
    '*',
    '/',
    ',',
    ';',
    '=',
    '"',
    ' ',
    'q',
    '1',
  )
  const accepts = fc.oneof(
    fc.string(),
    fc.array(pieces).map((some) => some.join('')),
  )
  await fc.assert(
    fc.asyncProperty(accepts, async (accept) => {
      const answer = await route(asked({ accept }))
      t.deepEqual(answer, answer.contentType === textPage.contentType ? textPage : openMetricsPage)
    }),
  )
})

test('what one is answered does not depend on what another asked for', async (t) => {
  const route = sentRoute()
  const openMetrics = asked({ accept: 'application/openmetrics-text;version=1.0.0' })
  const text = asked({ accept: 'text/plain' })
  t.deepEqual(await route(openMetrics), openMetricsPage)
  t.deepEqual(await route(text), textPage)
  t.deepEqual(await route(asked()), textPage)
  t.deepEqual(await Promise.all([route(openMetrics), route(text)]), [openMetricsPage, textPage])
  t.deepEqual(await route(openMetrics), openMetricsPage)
})
