import { FAULT_KINDS, startSimulator } from '@alauda-exporter/alauda-simulator'
import test from 'ava'
import fc from 'fast-check'
import { memory, onePage, service, startCloud } from '../../packages/exporter-http/test/helpers/cloud.js'
import { type ServingCommand, startServing } from '../../packages/exporter-http/test/helpers/command.js'
import { numberOf } from '../../packages/exporter-http/test/helpers/page.js'
import { eventually } from '../../testing/eventually.js'
import { faultOf } from '../helpers/cloud-steps.js'
import { getRaw } from '../helpers/raw-http.js'
import { storm } from '../helpers/storm.js'
import { isFullSize } from '../helpers/test-size.js'

const requests = isFullSize ? 100_000 : 15_000
/** After these the exporter has made and remembered all that it makes once. */
const first = isFullSize ? 20_000 : 5_000

const requestsPerFault = isFullSize ? 2_000 : 100

/** Makes Node look for garbage everywhere more often: it hardly does while little of it lives long. */
const soonCollected = { NODE_OPTIONS: '--max-semi-space-size=1' }

const majorCollections = (page: string) => Math.max(numberOf(page, 'nodejs_gc_duration_seconds_count{kind="major"}'), 0)

/** The least that its heap takes between now and when garbage has been looked for everywhere several times. */
const leastHeap = async ({ page }: ServingCommand): Promise<number> => {
  let shown = await page()
  let least = Number.POSITIVE_INFINITY
  for (const until = majorCollections(shown) + 6; majorCollections(shown) < until; shown = await page()) {
    await page('/')
    least = Math.min(least, numberOf(shown, 'nodejs_heap_size_used_bytes'))
  }
  return Math.min(least, numberOf(shown, 'nodejs_heap_size_used_bytes'))
}

test(`${requests} requests of all sorts leave it serving, and as small as it was`, async (t) => {
  const { environment } = await startCloud(t, {
    'services/demo/?page_size=100&page=1': onePage(service('web', 'u')),
    'services/demo/web/': { body: service('web', 'u') },
    'services/demo/web/instances/u/metrics': memory(1),
  })
  const exporter = await startServing(t, { ...environment, ...soonCollected }, '--web.enable-lifecycle')
  const { url, page } = exporter
  // From the sources, what the page loads is bundled once, by a process that stays.
  // The metrics come last: scrapes within a second share what was read of the process.
  for (const path of ['/', '/assets/page.js']) await page(path)
  // On a connection of its own: those that `fetch` keeps would be kept by this.
  const openFiles = async () => numberOf(await getRaw(t, url, '/metrics'), 'process_open_fds')
  const openBefore = await openFiles()

  const begun = await storm(t, { url, seed: 1, requests: first })
  const heapBefore = await leastHeap(exporter)
  const rest = await storm(t, { url, seed: 2, requests: requests - begun.sent })
  const heapAfter = await leastHeap(exporter)

  t.true(begun.sent + rest.sent >= requests)
  for (const { statuses, unanswered } of [begun, rest]) {
    t.log(Object.fromEntries(statuses))
    t.deepEqual(unanswered, [])
    t.deepEqual(
      [...statuses.keys()].filter((status) => status === '500'),
      [],
    )
    for (const status of ['200', '400', '404', '405', '413', '431']) t.true(statuses.has(status), status)
  }
  t.log({ heapBefore, heapAfter })
  t.true(heapAfter < heapBefore * 1.2, `the heap has grown from ${heapBefore} to ${heapAfter} bytes`)
  // Of connections that are kept for the next request both sides let go after seconds.
  await eventually(openFiles, (open) => Number.isNaN(openBefore) || open <= openBefore)
  t.pass('no file or connection is left open')
  t.is((await exporter.get('/-/healthy')).status, 200)
  t.regex(await page(), /^alauda_up\{namespace="demo"\} 1$/m)

  exporter.kill('SIGTERM')
  const { status, stderr } = await exporter.exit
  t.is(status, 0)
  t.true(stderr.split('msg="settings reloaded"').length > requests / 1000, 'the settings were read again and again')
  t.deepEqual(
    stderr.split('\n').filter((line) => line !== '' && !/^ts=\S+ level=info /.test(line)),
    [],
  )
})

test('whatever is wrong with the cloud, requests of all sorts are answered', async (t) => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  const environment = { ALAUDA_ENDPOINT: cloud.url, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }
  const hasty = ['--collect.interval=0s', '--collect.timeout=500ms', '--alauda.timeout=200ms', '--alauda.max-retries=0']
  const { url, get, kill, exit } = await startServing(t, environment, '--web.enable-lifecycle', ...hasty)
  for (const [seed, kind] of FAULT_KINDS.entries()) {
    const faults = fc.sample(faultOf(kind), { seed, numRuns: 3 }).map(({ until, ...fault }) => fault)
    cloud.faults.set(faults)
    const { statuses, unanswered } = await storm(t, { url, seed, requests: requestsPerFault })
    t.deepEqual(unanswered, [], kind)
    t.false(statuses.has('500'), kind)
    t.is((await get('/-/healthy')).status, 200, kind)
  }
  kill('SIGTERM')
  const { status, stderr } = await exit
  t.is(status, 0)
  t.deepEqual(
    stderr.split('\n').filter((line) => line !== '' && !/^ts=\S+ level=(info|warn|error) /.test(line)),
    [],
  )
})
