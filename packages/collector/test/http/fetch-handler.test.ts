import test from 'ava'
import fc from 'fast-check'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { createCollector } from '../../src/collector.js'
import type { Family } from '../../src/family.js'
import { createFetchHandler } from '../../src/http/fetch-handler.js'
import { hangs, sourceOf } from '../helpers/sources.js'

const scrape = (headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  new Request('http://localhost/metrics', { method, headers })

const sent: Family = {
  name: 'sent_bytes_total',
  help: 'Bytes that were sent.',
  type: 'counter',
  labels: [],
  samples: [{ labels: {}, value: 738 }],
}

const textPage = {
  status: 200,
  vary: 'Accept',
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
  body: '# HELP sent_bytes_total Bytes that were sent.\n# TYPE sent_bytes_total counter\nsent_bytes_total 738\n',
}

const openMetricsPage = {
  status: 200,
  vary: 'Accept',
  contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  body: '# TYPE sent_bytes counter\n# UNIT sent_bytes bytes\n# HELP sent_bytes Bytes that were sent.\nsent_bytes_total 738\n# EOF\n',
}

const handler = createFetchHandler({ scrape: () => [sent] })

const answerTo = async (headers: Readonly<Record<string, string>> = {}) => {
  const response = await handler(scrape(headers))
  return {
    status: response.status,
    vary: response.headers.get('vary'),
    contentType: response.headers.get('content-type'),
    body: await response.text(),
  }
}

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
    t.deepEqual(await answerTo({ accept }), openMetricsPage, name)
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
  t.deepEqual(await answerTo(), textPage)
  for (const [name, accept] of Object.entries(acceptedAsText)) {
    t.deepEqual(await answerTo({ accept }), textPage, name)
  }
})

test('whatever is said to be accepted, the answer is one of the two', async (t) => {
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
    fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) }),
    fc.array(pieces).map((some) => some.join('')),
  )
  await fc.assert(
    fc.asyncProperty(accepts, async (accept) => {
      const answer = await answerTo({ accept })
      t.deepEqual(answer, answer.contentType === textPage.contentType ? textPage : openMetricsPage)
    }),
  )
})

test('what one is answered does not depend on what another asked for', async (t) => {
  const openMetrics = { accept: 'application/openmetrics-text;version=1.0.0' }
  const text = { accept: 'text/plain' }
  t.deepEqual(await answerTo(openMetrics), openMetricsPage)
  t.deepEqual(await answerTo(text), textPage)
  t.deepEqual(await answerTo(), textPage)
  t.deepEqual(await Promise.all([answerTo(openMetrics), answerTo(text)]), [openMetricsPage, textPage])
  t.deepEqual(await answerTo(openMetrics), openMetricsPage)
})

test('waits for the first collection as long as Prometheus does, and then gives what there is', async (t) => {
  const clock = manualClock()
  const collector = createCollector({ client: sourceOf({ listServices: hangs }), namespaces: ['demo'], clock })
  collector.start()
  t.teardown(collector.stop)
  let isAnswered = false
  const answer = createFetchHandler(collector)(scrape({ 'x-prometheus-scrape-timeout-seconds': '5' })).then(
    (response) => {
      isAnswered = true
      return response
    },
  )
  clock.advance(4499)
  await new Promise(setImmediate)
  t.false(isAnswered)
  clock.advance(1)
  const response = await answer
  t.is(response.status, 200)
  t.regex(await response.text(), /^alauda_up\{namespace="demo"\} 0$/m)
})

test('HEAD gets the headers of GET, and no page', async (t) => {
  const [get, head] = await Promise.all([handler(scrape()), handler(scrape({}, 'HEAD'))])
  t.deepEqual([...head.headers], [...get.headers])
  t.is(head.headers.get('content-length'), String(textPage.body.length))
  t.is(await head.text(), '')
})

test('other methods get 405, with the ones that are answered', async (t) => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const response = await handler(scrape({}, method))
    t.is(response.status, 405)
    t.is(response.headers.get('allow'), 'GET, HEAD')
    t.is(await response.text(), 'Answered here: GET, HEAD.\n')
  }
})

test('the length is counted in bytes', async (t) => {
  const named = createFetchHandler({
    scrape: () => [{ ...sent, labels: ['服务'], samples: [{ labels: { service: '监控' }, value: 1 }] }],
  })
  const response = await named(scrape())
  t.is(response.headers.get('content-length'), String((await response.arrayBuffer()).byteLength))
})

test('several sources share a page', async (t) => {
  const of = (account: string, value: number) => ({
    scrape: () => [{ ...sent, labels: ['account'], samples: [{ labels: { account }, value }] }],
  })
  const response = await createFetchHandler(of('north', 1), of('south', 2))(scrape())
  t.is(
    await response.text(),
    '# HELP sent_bytes_total Bytes that were sent.\n# TYPE sent_bytes_total counter\n' +
      'sent_bytes_total{account="north"} 1\nsent_bytes_total{account="south"} 2\n',
  )
})

test('sources are waited for at the same time', async (t) => {
  const waits: number[] = []
  let release = () => {}
  const both = new Promise<void>((resolve) => {
    release = resolve
  })
  const waiting = () => ({
    scrape: async (waitMs: number) => {
      if (waits.push(waitMs) === 2) release()
      await both
      return []
    },
  })
  await createFetchHandler(waiting(), waiting())(scrape({ 'x-prometheus-scrape-timeout-seconds': '3' }))
  t.deepEqual(waits, [2500, 2500])
})
