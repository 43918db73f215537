import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { articleWorld, type SimulatorOptions, startSimulator } from '@alauda-exporter/alauda-simulator'
import test, { type ExecutionContext } from 'ava'
import { programOf, root } from '../../../testing/start-process.js'

/** The article's cloud, whose time passes by hand: 240 s after its origin it scales `web` from 4 to 5 instances. */
const startCloud = async (t: ExecutionContext, options: SimulatorOptions = {}) => {
  let now = 1_800_000_000
  const cloud = await startSimulator({
    world: articleWorld({ origin: now }),
    clock: { now: () => now * 1000 },
    ...options,
  })
  t.teardown(() => cloud.close())
  const pass = (seconds: number) => {
    now += seconds
  }
  return { cloud, now: () => now, pass }
}

const startWatcher = (t: ExecutionContext, endpoint: string, service: string, env: NodeJS.ProcessEnv = {}) => {
  const { PATH, HOME } = process.env
  const account = { ALAUDA_ENDPOINT: endpoint, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }
  const watcher = spawn(process.execPath, [programOf('examples/autoscale-watcher/watch.ts'), service], {
    cwd: resolve(root, 'examples/autoscale-watcher'),
    env: { PATH, HOME, ...account, WATCH_INTERVAL_SECONDS: '0.1', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(watcher, 'exit')
  t.teardown(async () => {
    watcher.kill()
    await exited
  })
  const lines = createInterface({ input: watcher.stdout })[Symbol.asyncIterator]()
  return {
    interrupt: () => watcher.kill('SIGINT'),
    status: async (): Promise<unknown> => (await exited)[0],
    /** The next line, without its time. */
    told: async (): Promise<string> => {
      const { done, value } = await lines.next()
      return done ? 'nothing more' : value.replace(/^\S+Z /, '')
    },
  }
}

test('reports when a service is scaled, when its limits change, and when it cannot be read', async (t) => {
  const { cloud, now, pass } = await startCloud(t)
  const watcher = startWatcher(t, cloud.url, 'web')
  t.is(await watcher.told(), 'web: 4 instances')
  t.is(await watcher.told(), 'web: autoscaled from 2 to 6')

  pass(300)
  t.is(await watcher.told(), 'web: 4 → 5 instances')

  const config = cloud.world.serviceAt('web', now())?.autoscaling_config
  if (!config) throw new Error('web is not autoscaled')
  const fewer = { ...config, maximum_num_instances: 4 }
  cloud.world.change({ at: now() + 1, action: 'update', service: 'web', set: { autoscaling_config: fewer } })
  pass(60)
  t.is(await watcher.told(), 'web: 5 → 4 instances, as many as it may have')
  t.is(await watcher.told(), 'web: autoscaled from 2 to 4')

  cloud.faults.set([{ kind: 'truncated-json', endpoint: 'getService', service: 'web' }])
  t.regex(await watcher.told(), /^web: cannot be read: GET http:\S+\/services\/demo\/web\/: the answer is not JSON/)
  cloud.faults.clear()
  t.is(await watcher.told(), 'web: can be read again')

  const byHand = { scaling_mode: 'MANUAL', target_num_instances: 2 } as const
  cloud.world.change({ at: now() + 1, action: 'update', service: 'web', set: byHand })
  pass(60)
  t.is(await watcher.told(), 'web: 4 → 2 instances')
  t.is(await watcher.told(), 'web: scaled by hand')

  watcher.interrupt()
  t.is(await watcher.told(), 'web: no longer watched')
  t.is(await watcher.status(), 0)
})

test('ends when its time is over', async (t) => {
  const { cloud } = await startCloud(t)
  const watcher = startWatcher(t, cloud.url, 'web', { WATCH_HOURS: '0' })
  t.is(await watcher.told(), 'web: no longer watched')
  t.is(await watcher.status(), 0)
})

test('reports an outage once, and gives up after 30 failed checks', async (t) => {
  const { cloud } = await startCloud(t, { faults: [{ kind: 'truncated-json', endpoint: 'getService' }] })
  const watcher = startWatcher(t, cloud.url, 'web')
  t.regex(await watcher.told(), /^web: cannot be read: /)
  t.is(await watcher.told(), 'nothing more')
  t.is(await watcher.status(), 1)
  t.is(cloud.requests.filter(({ path }) => path === '/v1/services/demo/web/').length, 30)
})

test('ends at once where another look would not help: wrong credentials, no such service', async (t) => {
  const never = { WATCH_INTERVAL_SECONDS: '3600' }
  const refusing = await startCloud(t, { faults: [{ kind: 'login-refused' }] })
  const refused = startWatcher(t, refusing.cloud.url, 'web', never)
  t.regex(await refused.told(), /^web: cannot be read: POST \S+generate-api-token/)
  t.is(await refused.status(), 1)

  const { cloud } = await startCloud(t)
  const nameless = startWatcher(t, cloud.url, 'nope', never)
  t.regex(await nameless.told(), /^nope: cannot be read: .*HTTP status 404/)
  t.is(await nameless.status(), 1)
})
