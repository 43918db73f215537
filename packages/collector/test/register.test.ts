import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import test from 'ava'
import { Gauge, Registry } from 'prom-client'
import { demo, startApiServer, withLogin } from '../../alauda-client/test/helpers/api-server.js'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { createCollector } from '../src/collector.js'
import { describeMetrics } from '../src/families/families.js'
import { type AlaudaMetricsConfig, registerAlaudaMetrics } from '../src/register.js'
import { onePage } from './helpers/cloud.js'
import { hostRegistry, sampleLines, webSource } from './helpers/host.js'
import { hangs, listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

const register = (registry: Registry, config: Partial<AlaudaMetricsConfig> = {}) => {
  const clock = manualClock(1_200_000)
  return {
    clock,
    registered: registerAlaudaMetrics({
      registry,
      client: webSource,
      namespaces: ['demo'],
      clock,
      random: () => 0,
      ...config,
    }),
  }
}

const names = (registry: Registry) => registry.getMetricsAsArray().map(({ name }) => name)
const ours = describeMetrics().map(({ name }) => name)
const alreadyThere = {
  message:
    'The Alauda metrics, or others of the same names, are in this registry already; ' +
    'several accounts go into one call, as `collectors`',
}

test('a registry has our metrics after its owner’s own', (t) => {
  const registry = hostRegistry()
  register(registry)
  t.deepEqual(names(registry), ['orders_total', ...ours])
})

test('what is asked for beside is registered too', (t) => {
  const registry = new Registry()
  const options = { articleNames: true, serviceLabels: ['a'] }
  register(registry, options)
  t.deepEqual(
    names(registry),
    describeMetrics(options).map(({ name }) => name),
  )
})

test('registering twice says so, and leaves the first registration as it was', async (t) => {
  const registry = hostRegistry()
  register(registry)
  const page = await registry.metrics()
  const error = t.throws(() => register(registry), alreadyThere)
  t.is(
    error?.cause instanceof Error ? error.cause.message : undefined,
    'A metric with the name alauda_instance_cpu_usage_seconds_total has already been registered.',
  )
  t.deepEqual(names(registry), ['orders_total', ...ours])
  t.is(await registry.metrics(), page)
})

test('a name that the registry’s owner has already keeps all of ours out, and nothing is collected', async (t) => {
  const registry = hostRegistry()
  const gauge = new Gauge({ name: 'memory_usage', help: 'Mine.', registers: [registry] })
  let asked = 0
  const source = sourceOf({
    listServices: (namespace, options) => {
      asked += 1
      return listing()(namespace, options)
    },
  })
  t.throws(() => register(registry, { client: source, articleNames: true }), alreadyThere)
  await tick()
  t.deepEqual(names(registry), ['orders_total', 'memory_usage'])
  t.is(registry.getSingleMetric('memory_usage'), gauge)
  t.is(asked, 0)
})

test('unregistering removes all of ours, nothing else, and ends the collecting', async (t) => {
  const registry = hostRegistry()
  const { clock, registered } = register(registry, { articleNames: true })
  await registry.metrics()
  registered.unregister()
  t.deepEqual(names(registry), ['orders_total'])
  t.is(await registry.metrics(), '# HELP orders_total Orders.\n# TYPE orders_total counter\norders_total 3\n')
  t.is(clock.pending(), 0)
})

test('unregistering twice does not touch what was registered in between', (t) => {
  const registry = hostRegistry()
  const { registered } = register(registry)
  registered.unregister()
  register(registry)
  registered.unregister()
  t.deepEqual(names(registry), ['orders_total', ...ours])
})

test('what was unregistered can be registered again', async (t) => {
  const registry = new Registry()
  register(registry).registered.unregister()
  register(registry)
  t.true(sampleLines(await registry.metrics()).includes('alauda_up{namespace="demo"} 1'))
})

test('after a stop the registry shows the last values for a while, and nothing is collected', async (t) => {
  const registry = new Registry()
  const { clock, registered } = register(registry)
  const page = await registry.metrics()
  const snapshot = registered.snapshot()
  registered.stop()
  t.is(clock.pending(), 0)
  clock.advance(260_000)
  t.is(await registry.metrics(), page)
  t.is(registered.snapshot(), snapshot)
  clock.advance(1_000)
  t.notRegex(await registry.metrics(), /instance_memory_usage_bytes{/, 'until they are too old')
  clock.advance(40_000)
  t.notRegex(await registry.metrics(), /service="web"/, 'and their service too')
})

test('a collection that a stop cancels does not replace the last values', async (t) => {
  let asked = 0
  const source = sourceOf({
    listServices: (namespace, options) => {
      asked += 1
      return asked === 1 ? listing()(namespace, options) : hangs()
    },
  })
  const registry = new Registry()
  const { clock, registered } = register(registry, { client: source })
  const page = await registry.metrics()
  clock.advance(60_000)
  t.is(asked, 2)
  registered.stop()
  await tick()
  await tick()
  t.is(await registry.metrics(), page)
  t.is(clock.pending(), 0)
})

test('the last snapshot of each namespace is there for the owner to read, the first one’s unless another is named', async (t) => {
  const { registered } = register(new Registry(), { namespaces: ['one', 'two'] })
  t.is(registered.snapshot(), undefined)
  await tick()
  t.is(registered.snapshot()?.namespace, 'one')
  t.is(registered.snapshot()?.services.length, 1)
  t.is(registered.snapshot('two')?.namespace, 'two')
  t.is(registered.snapshot('three'), undefined)
})

test('two registries of one process do not know of each other', async (t) => {
  const [one, two] = [new Registry(), new Registry()]
  const first = register(one, { namespaces: ['one'] })
  register(two, { namespaces: ['two'] })
  const up = async (registry: Registry) =>
    sampleLines(await registry.metrics()).filter((line) => line.startsWith('alauda_up'))
  t.deepEqual(await up(one), ['alauda_up{namespace="one"} 1'])
  t.deepEqual(await up(two), ['alauda_up{namespace="two"} 1'])
  first.registered.unregister()
  t.deepEqual(names(one), [])
  t.deepEqual(await up(two), ['alauda_up{namespace="two"} 1'])
})

test('several accounts share a registry, distinguished by their labels; one that hangs does not hide the other', async (t) => {
  const registry = hostRegistry()
  const clock = manualClock(1_200_000)
  const collectorOf = (account: string, client: typeof webSource) =>
    createCollector({ client, namespaces: ['demo'], labels: { account }, clock, random: () => 0 })
  const collectors = [collectorOf('north', webSource), collectorOf('south', sourceOf({ listServices: hangs }))]
  const registered = registerAlaudaMetrics({ registry, collectors, clock, scrapeWaitMs: 1_000 })
  await tick()
  const scrape = registry.metrics()
  clock.advance(1_000)
  const up = sampleLines(await scrape).filter((line) => /^(orders|alauda_up)/.test(line))
  t.deepEqual(up, [
    'orders_total 3',
    'alauda_up{namespace="demo",account="north"} 1',
    'alauda_up{namespace="demo",account="south"} 0',
  ])
  t.is(registered.snapshot()?.services.length, 1)
  t.is(registered.snapshot('demo'), registered.snapshot())
  registered.unregister()
  t.deepEqual(names(registry), ['orders_total'])
  t.is(clock.pending(), 0)
})

test('a collector of the host’s own that fails or hangs costs only its own metrics, and is reported once', async (t) => {
  const clock = manualClock(1_200_000)
  const errors: unknown[] = []
  const logger = { debug() {}, info() {}, warn() {}, error: (fields: object) => errors.push(fields) }
  const own = createCollector({ client: webSource, namespaces: ['own'], labels: { account: 'own' }, clock })
  const fails = (message: string) => () => {
    throw new Error(message)
  }
  const isHungry = async () => {
    throw Object.create(null)
  }
  const collectors = [
    { ...own, scrape: fails('scrape') },
    { ...own, snapshots: fails('snapshots'), scrape: async () => [] },
    { ...own, scrape: isHungry },
    { ...own, scrape: () => new Promise<never>(() => {}) },
    Reflect.apply(Object.assign, undefined, [{ ...own }, { scrape: async () => [{ name: 'not a family' }] }]),
    createCollector({ client: webSource, namespaces: ['demo'], clock, random: () => 0 }),
  ]
  const registry = hostRegistry()
  const registered = registerAlaudaMetrics({ registry, collectors, clock, scrapeWaitMs: 1_000, logger })
  t.teardown(registered.unregister)
  await tick()
  for (const scrape of [registry.metrics(), registry.metrics()]) {
    await tick()
    clock.advance(1_250)
    const up = sampleLines(await scrape).filter((line) => /^(orders|alauda_up)/.test(line))
    t.deepEqual(up, ['orders_total 3', 'alauda_up{namespace="demo"} 1'])
  }
  t.deepEqual(errors.map((fields) => Reflect.get(Object(fields), 'error')).toSorted(), [
    'a source of metrics gave a family without a metric name',
    'a source of metrics gave nothing within 1250 ms, as long as a scrape waits for it',
    'an error that has no text',
    'scrape',
    'snapshots',
  ])
})

test.serial('a collector of the host’s own that cannot be started or stopped is a warning', async (t) => {
  const warnings: string[] = []
  const listen = (warning: Error) => warnings.push(warning.message)
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  const own = createCollector({ client: webSource, namespaces: ['demo'], clock: manualClock() })
  const fails = (message: string) => () => {
    throw new Error(message)
  }
  const collectors = [{ ...own, unref: fails('unref'), start: fails('start'), stop: fails('stop') }]
  const registry = hostRegistry()
  registerAlaudaMetrics({ registry, collectors }).unregister()
  await new Promise(setImmediate)
  t.deepEqual(warnings, ['unref', 'start', 'stop'])
  t.deepEqual(names(registry), ['orders_total'])
})

// Processes of their own, which have nothing else to do.
const program = (register: string) => `
import { createAlaudaClient } from '${import.meta.resolve('@alauda-exporter/alauda-client')}'
import { Registry } from '${import.meta.resolve('prom-client')}'
import { createCollector } from '${import.meta.resolve('../src/collector.js')}'
import { registerAlaudaMetrics } from '${import.meta.resolve('../src/register.js')}'

const registry = new Registry()
const client = createAlaudaClient({ endpoint: process.env.ENDPOINT, credentials: ${JSON.stringify(demo)} })
${register}
const page = await registry.metrics()
console.log(/^alauda_up.*$/m.exec(page)[0])
`

const programs = {
  'a client': "registerAlaudaMetrics({ registry, client, namespaces: ['demo'] })",
  'collectors of its own': `
    const collectors = [createCollector({ client, namespaces: ['demo'] })]
    registerAlaudaMetrics({ registry, collectors })`,
  'collectors that run already': `
    const collector = createCollector({ client, namespaces: ['demo'] })
    collector.start()
    await collector.scrape(10_000)
    registerAlaudaMetrics({ registry, collectors: [collector] })`,
  'a password that is read later': `
    const lazy = createAlaudaClient({
      endpoint: process.env.ENDPOINT,
      credentials: async () => (${JSON.stringify(demo)}),
    })
    registerAlaudaMetrics({ registry, client: lazy, namespaces: ['demo'] })`,
}

for (const [what, register] of Object.entries(programs)) {
  test(`a process that registers ${what} ends when it has nothing else to do`, async (t) => {
    const { endpoint } = await startApiServer(
      t,
      withLogin(() => onePage()),
    )
    const child = spawn(process.execPath, ['--input-type=module', '-e', program(register)], {
      env: { PATH: process.env.PATH, ENDPOINT: endpoint },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    t.teardown(() => child.kill())
    const [output, [status]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    t.is(output, 'alauda_up{namespace="demo"} 1\n')
    t.is(status, 0)
  })
}
