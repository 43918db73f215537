import { createAlaudaClient, type Service } from '@alauda-exporter/alauda-client'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { demo, startApiServer, withLogin } from '../../alauda-client/test/helpers/api-server.js'
import { promisesLeftBehind } from '../../alauda-client/test/helpers/left-behind.js'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { until } from '../../alauda-client/test/helpers/until.js'
import { type Collector, createCollector } from '../src/collector.js'
import type { Logger } from '../src/log-collections.js'
import { onePage } from './helpers/cloud.js'
import { collectorOf, linesOf } from './helpers/collectors.js'
import { webSource } from './helpers/host.js'
import { listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

/** The process warnings while `task` runs. */
const warningsDuring = async (t: ExecutionContext, task: () => Promise<unknown>): Promise<ReadonlyArray<string>> => {
  const warnings: string[] = []
  const listen = (warning: Error) => warnings.push(warning.message)
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  await task()
  await tick()
  await new Promise(setImmediate)
  process.off('warning', listen)
  return warnings
}

const throwing = () => {
  throw new Error('oops')
}
const rejecting = () => Promise.reject(new Error('oops'))

for (const [how, fails] of Object.entries({ throws: throwing, rejects: rejecting })) {
  test.serial(`a listener that ${how} is a warning, and collecting continues`, async (t) => {
    const { clock, collector } = collectorOf(webSource, { onCollected: fails })
    const warnings = await warningsDuring(t, async () => {
      collector.start()
      await tick()
      clock.advance(60_000)
      await tick()
    })
    collector.stop()
    t.deepEqual(warnings, ['oops', 'oops'])
    t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
  })

  test.serial(`pages whose preparation ${how} are made when they are asked for`, async (t) => {
    const { collector } = collectorOf(webSource, { prepare: fails })
    const warnings = await warningsDuring(t, () => collector.collect())
    t.deepEqual(warnings, ['oops'])
    t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
  })

  test.serial(`a logger that ${how} is a warning, and collecting continues`, async (t) => {
    const logger: Logger = { debug: fails, info: fails, warn: fails, error: fails }
    const { collector } = collectorOf(webSource, { logger })
    const warnings = await warningsDuring(t, () => collector.collect())
    t.true(warnings.length > 0 && warnings.every((warning) => warning === 'oops'), warnings.join())
    t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="demo"} 1'])
  })

  test.serial(`a service for which the filter ${how} is watched`, async (t) => {
    const config = { client: webSource, namespaces: ['demo'], filter: fails }
    const collector = Reflect.apply(createCollector, undefined, [config])
    const warnings = await warningsDuring(t, () => collector.collect())
    t.true(warnings.length > 0)
    t.regex(collector.expose(), /^alauda_instance_info\{.*service="web"/m)
  })
}

const ownPage = (collector: Collector): ReadonlyArray<string> =>
  linesOf(collector, '').filter((line) => /^(alauda_up|alauda_custom|alauda_logins|mine|other)/.test(line))

test.serial('a metric of the host’s that throws anything at all loses only itself, and is counted', async (t) => {
  const custom = { help: 'Mine.', type: 'gauge', labels: [], samples: () => [{ labels: {}, value: 1 }] } as const
  for (const thrown of [new Error('oops'), 'oops', undefined, null, Symbol('oops'), Object.create(null), () => {}]) {
    const mine = {
      ...custom,
      name: 'mine',
      samples: () => {
        throw thrown
      },
    }
    const { collector } = collectorOf(webSource, { customMetrics: [mine, { ...custom, name: 'other' }] })
    const warnings = await warningsDuring(t, async () => {
      await collector.collect()
      t.deepEqual(ownPage(collector), [
        'alauda_up{namespace="demo"} 1',
        'other 1',
        'alauda_custom_metric_failures_total{metric="mine"} 1',
        'alauda_custom_metric_failures_total{metric="other"} 0',
      ])
    })
    t.is(warnings.length, 1, warnings.join())
  }
})

test.serial('a client of the host’s whose statistics fail loses only these, with one warning', async (t) => {
  const broken = { ...webSource, statistics: throwing }
  const { collector } = collectorOf(broken)
  const warnings = await warningsDuring(t, async () => {
    await collector.collect()
    for (let scrape = 0; scrape < 2; scrape++) t.deepEqual(ownPage(collector), ['alauda_up{namespace="demo"} 1'])
  })
  t.deepEqual(warnings, ["The client's statistics could not be read and are left out: oops"])
})

const web: Service = { service_name: 'web', instances: [{ uuid: 'u', instance_name: 'web.0' }] }

test('whatever a client of the host’s own gives, a collection ends and is shown', async (t) => {
  const calls = ['listServices', 'getService', 'listInstances', 'getInstanceMetrics'] as const
  const answers = fc.oneof(
    fc.anything(),
    fc.anything().map((value) => async () => value),
    fc.anything().map((value) => async () => E.right(value)),
    fc.anything().map((value) => () => value),
    fc.constant(Promise.reject(new Error('oops')).catch(() => {})),
    fc.constant(rejecting),
    fc.constant(throwing),
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...calls), answers, async (call, answer) => {
      const source = sourceOf({
        listServices: listing(call === 'listInstances' ? { service_name: 'web' } : web),
        ...{ [call]: () => answer },
      })
      const { collector } = collectorOf(source)
      const [snapshot] = await collector.collect()
      t.is(snapshot?.namespace, 'demo')
      t.regex(collector.expose(), /^alauda_up\{namespace="demo"\} [01]$/m)
    }),
  )
})

const instances = Array.from({ length: 40 }, (_, index) => ({ uuid: `u${index}`, instance_name: `web.${index}` }))

/** A cloud that lists a service with many instances, and never answers for their metrics. */
const setUp = async (t: ExecutionContext, timeoutMs: number) => {
  const clock = manualClock(1_200_000)
  const server = await startApiServer(
    t,
    withLogin(({ path }) =>
      path.startsWith('services/demo/?') ? onePage({ service_name: 'web', uuid: 'w', instances }) : undefined,
    ),
  )
  const hanging = () => server.requests.filter(({ path }) => path.includes('/metrics')).length
  const source = createAlaudaClient({ endpoint: server.endpoint, credentials: demo, clock, timeoutMs: 600_000 })
  const begin = () => {
    const collector = createCollector({ client: source, namespaces: ['demo'], clock, timeoutMs, random: () => 0 })
    collector.start()
    return collector
  }
  return { clock, server, source, hanging, begin }
}

// 32 calls at a time is what the client allows: the others wait for their turn.
const sent = 32

// One after the other: they count what there is in the whole process.
test.serial(
  'a collector that is stopped in the middle of a collection leaves no socket, timer or promise',
  async (t) => {
    const { clock, server, source, hanging, begin } = await setUp(t, 60_000)
    const startAndStop = async () => {
      const before = hanging()
      const collector = begin()
      await until(() => hanging() === before + sent)
      collector.stop()
      await until(() => source.statistics().requestsInFlight === 0)
    }
    // What is made once may be kept.
    await startAndStop()
    t.is(await promisesLeftBehind(startAndStop), 0)
    t.is(clock.pending(), 0)
    t.is(source.statistics().requestsWaiting, 0)
    await until(() => server.connections() <= 1)
    t.pass('but for the idle one on which the list came, the connections are closed')
  },
)

test.serial('a collection whose time is over leaves no socket, and no timer but the next collection’s', async (t) => {
  const { clock, server, source, hanging, begin } = await setUp(t, 30_000)
  const collector = begin()
  await until(() => hanging() === sent)
  clock.advance(30_000)
  await until(() => collector.snapshots().length === 1)
  t.deepEqual(clock.waits(), [30_000])
  t.like(source.statistics(), { requestsInFlight: 0, requestsWaiting: 0 })
  await until(() => server.connections() <= 1)
  collector.stop()
  t.is(clock.pending(), 0)
})
