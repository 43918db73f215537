import { createAlaudaClient } from '@alauda-exporter/alauda-client'
import test, { type ExecutionContext } from 'ava'
import { demo, startApiServer, withLogin } from '../../alauda-client/test/helpers/api-server.js'
import { promisesLeftBehind } from '../../alauda-client/test/helpers/left-behind.js'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { until } from '../../alauda-client/test/helpers/until.js'
import { createCollector } from '../src/collector.js'
import { onePage } from './helpers/cloud.js'

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
