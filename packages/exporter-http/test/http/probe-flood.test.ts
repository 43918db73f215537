import test from 'ava'
import { right } from 'fp-ts/lib/Either.js'
import { probeRoute } from '../../src/http/probe.js'
import { watchAccount } from '../../src/watch.js'
import { asked } from '../helpers/asked.js'
import { hangs, startCloud } from '../helpers/cloud.js'
import { startTestExporter } from '../helpers/exporter.js'
import { metricOf, textOf } from '../helpers/page.js'
import { defaults } from '../helpers/sources.js'

test('who says that they wait no time does not have calls broken off as soon as they are made', async (t) => {
  const { environment } = await startCloud(t, { 'services/demo/web/': hangs, 'services/demo/': hangs })
  const { get } = await startTestExporter(t, { environment, flags: { 'collect.interval': ['0'] } })
  for (const [path, header, expected] of [
    ['/probe?namespace=demo&service=web', 'X-Prometheus-Scrape-Timeout-Seconds', ['alauda_up{namespace="demo"} 0']],
    ['/sd', 'X-Prometheus-Refresh-Interval-Seconds', []],
  ] as const) {
    const begun = performance.now()
    const response = await get(path, { headers: { [header]: '0.001' } })
    t.true(performance.now() - begun >= 490, path)
    t.deepEqual(metricOf(await response.text(), 'alauda_up'), expected)
  }
})

const { metrics } = defaults
const collect = { ...defaults.collect, intervalMs: 0, maxInstances: 100 }
const instances = Array.from({ length: 40 }, (_, index) => ({ uuid: `u${index}`, instance_name: `web.${index}` }))

/** An account of which up to `maxConcurrency` calls are under way at a time, and how many were there at the most. */
const accountOf = (name: string, maxConcurrency: number) => {
  const watched = watchAccount(
    { accounts: [], collect, metrics },
    {
      name,
      endpoint: 'http://x/v1/',
      credentials: { token: 't' },
      namespaces: ['demo'],
      labels: {},
      client: { ...defaults.client, maxConcurrency, maxRetries: 0 },
    },
  )
  let underWay = 0
  let most = 0
  const answering =
    <A>(answer: A) =>
    () =>
    async () => {
      underWay += 1
      most = Math.max(most, underWay)
      await new Promise(setImmediate)
      underWay -= 1
      return right(answer)
    }
  const client = {
    listServices: answering([]),
    getService: answering({ service_name: 'web' }),
    listInstances: answering(instances),
    getInstanceMetrics: answering({ points: [{ time: 60, memory_usage: 1 }] }),
  }
  return { watched: { ...watched, client }, most: () => most }
}

test('however many probes of however many instances there are, few calls of theirs wait before those of others', async (t) => {
  const [north, south] = [accountOf('north', 3), accountOf('south', 1)]
  const route = probeRoute({ accounts: () => [north.watched, south.watched] })
  const probes = ['north', 'south', 'north', 'south', 'north'].map(async (account) =>
    route(asked({}, `account=${account}&namespace=demo&service=web`)),
  )
  for (const { body } of await Promise.all(probes)) {
    t.is(metricOf(textOf(body), 'alauda_instance_memory_usage_bytes').length, instances.length)
  }
  t.deepEqual([north.most(), south.most()], [6, 2])
})
