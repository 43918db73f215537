import test from 'ava'
import { event, memory, onePage, secrets, service, startCloud } from '../helpers/cloud.js'
import { startServing } from '../helpers/command.js'
import { collectionOf, metricOf, subjectsOf } from '../helpers/page.js'

const memoryOf = (page: string) =>
  subjectsOf(page)
    .filter((line) => line.startsWith('alauda_instance_memory_usage_bytes'))
    .map((line) => line.replace(/^.*instance_name="([^"]*)".* (\d+)$/, '$1 $2'))

test('the first scrape waits for the first collection', async (t) => {
  const [asked, released] = [event(), event()]
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': async () => {
      asked.happen()
      await released.wait
      return onePage(service('web', 'u'))
    },
    'services/demo/web/instances/u/metrics': memory(1),
  })
  const command = await startServing(t, environment)
  const scrape = command.page()
  await asked.wait
  t.is((await command.get('/-/ready')).status, 503)
  released.happen()
  t.deepEqual(memoryOf(await scrape), ['web.0 1'])
  t.is((await command.get('/-/ready')).status, 200)
})

test('the first scrape does not wait longer than Prometheus does: a cloud that hangs does not hang the page', async (t) => {
  const { environment } = await startCloud(t, { 'services/demo/?page_size=100&page=1': () => new Promise(() => {}) })
  const command = await startServing(t, environment)
  const scrape = await command.get('/metrics', { 'X-Prometheus-Scrape-Timeout-Seconds': '0.1' })
  t.is(scrape.status, 200)
  t.is(scrape.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  const page = await scrape.text()
  t.deepEqual(subjectsOf(page), [])
  t.deepEqual(metricOf(page, 'alauda_up'), ['alauda_up{namespace="demo"} 0'])
  t.regex(page, /^alauda_exporter_build_info\{version="[\d.]+",node_version="[\d.]+"\} 1$/m)
  t.is((await command.get('/-/healthy')).status, 200)
  t.is((await command.get('/-/ready')).status, 503)
})

test('alauda_up and the log report a cloud that hangs as soon as the collection’s time is over', async (t) => {
  const { environment, endpoint } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': () => new Promise(() => {}),
  })
  const { ALAUDA_PASSWORD: _, ...account } = environment
  const command = await startServing(
    t,
    { ...account, ALAUDA_TOKEN: secrets.token },
    '--collect.timeout=100ms',
    '--collect.interval=1h',
  )
  t.deepEqual(collectionOf(await command.page()), [
    'alauda_up{namespace="demo"} 0',
    'alauda_collection_instances{namespace="demo",outcome="ok"} 0',
    'alauda_collection_instances{namespace="demo",outcome="empty"} 0',
    'alauda_collection_instances{namespace="demo",outcome="gone"} 0',
    'alauda_collection_instances{namespace="demo",outcome="failed"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="auth"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="timeout"} 1',
    'alauda_collection_failures_total{namespace="demo",reason="network"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="throttled"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="server"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="decode"} 0',
    'alauda_collection_failures_total{namespace="demo",reason="limit"} 0',
    'alauda_collection_unreadable_values{namespace="demo"} 0',
    'alauda_collection_future_points{namespace="demo"} 0',
    'alauda_collection_left_out{namespace="demo",bound="instances"} 0',
    'alauda_collection_left_out{namespace="demo",bound="name-length"} 0',
    'alauda_collection_duplicates{namespace="demo"} 0',
  ])
  const reason = 'no complete answer in time (the collection was not done within 100 ms)'
  await command.until(/could not be read/)
  t.true(command.stderr().includes(`GET ${endpoint}services/demo/?page_size=100&page=1: ${reason}`))
})

test('a scrape shows the last collection while the next one hangs', async (t) => {
  let lists = 0
  const hanging = event()
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': () => {
      lists += 1
      if (lists === 1) return onePage(service('web', 'u'))
      hanging.happen()
      return new Promise(() => {})
    },
    'services/demo/web/instances/u/metrics': memory(1),
  })
  const command = await startServing(t, environment, '--collect.interval=50ms', '--collect.timeout=1h')
  await hanging.wait
  const page = await command.page()
  t.deepEqual(memoryOf(page), ['web.0 1'])
  t.deepEqual(metricOf(page, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
})

test('what is gone from the cloud is gone from the page at the next collection', async (t) => {
  const released = event()
  const states = [
    onePage(service('api', 'a'), service('web', 'u', 'v')),
    onePage(service('api', 'a'), service('web', 'u')),
    onePage(service('web', 'u')),
  ]
  let lists = 0
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': async () => {
      lists += 1
      if (lists === 2) await released.wait
      return states[Math.min(lists, states.length) - 1]
    },
    'services/demo/api/instances/a/metrics': memory(1),
    'services/demo/web/instances/u/metrics': memory(2),
    'services/demo/web/instances/v/metrics': memory(3),
  })
  const command = await startServing(
    t,
    environment,
    '--collect.interval=50ms',
    '--collect.timeout=1m',
    '--log.level=debug',
  )
  t.deepEqual(memoryOf(await command.page()), ['api.0 1', 'web.0 2', 'web.1 3'])
  released.happen()
  await command.until(/msg=collected namespace=demo services=2 instances=2/)
  t.notRegex(await command.page(), /web\.1|uuid="v"/)
  await command.until(/msg=collected namespace=demo services=1 instances=1/)
  const page = await command.page()
  t.deepEqual(memoryOf(page), ['web.0 2'])
  t.notRegex(page, /service="api"/)
})

test('every value stands under its own name, in whatever order the answers come', async (t) => {
  const names = ['a', 'b', 'a.0', 'b-a', 'ab', 'ba', '名', 'a b', 'A', 'a0']
  const last = event()
  const answers = names.map((name, index) => {
    const path = `services/demo/${encodeURIComponent(name)}/instances/${index}/metrics`
    const isLast = index === names.length - 1
    return [
      path,
      async () => {
        // The first ones asked for are answered last.
        if (isLast) last.happen()
        else await last.wait
        return memory(1000 + index)
      },
    ] as const
  })
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage(...names.map((name, index) => service(name, String(index)))),
    ...Object.fromEntries(answers),
  })
  const command = await startServing(t, environment, '--log.level=debug')
  await command.until(/msg=collected/)
  t.deepEqual(
    [...memoryOf(await command.page())].sort(),
    names.map((name, index) => `${name}.0 ${1000 + index}`).sort(),
  )
})

test('a namespace that fails does not take the other one with it', async (t) => {
  const { environment } = await startCloud(t, {
    'services/good/?page_size=100&page=1': onePage(service('web', 'u')),
    'services/good/web/instances/u/metrics': memory(1),
    'services/bad/?page_size=100&page=1': { status: 500 },
  })
  const command = await startServing(t, { ...environment, ALAUDA_NAMESPACE: 'bad,good' })
  const page = await command.page()
  t.deepEqual(
    collectionOf(page).filter((line) => line.startsWith('alauda_up')),
    ['alauda_up{namespace="bad"} 0', 'alauda_up{namespace="good"} 1'],
  )
  t.deepEqual(memoryOf(page), ['web.0 1'])
  const ready = await command.get('/-/ready')
  t.is(ready.status, 503)
  t.is(await ready.text(), 'Not ready: the services of bad have not been read in the last 300 s.\n')
})
