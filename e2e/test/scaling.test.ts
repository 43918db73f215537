import { spawnSync } from 'node:child_process'
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import { defaultConfig } from '../../deploy/mixin/config.js'
import { needWhole, wholeAlerts } from '../../deploy/prometheus/sharded/whole-alerts.js'
import { eventually } from '../../testing/eventually.js'
import { block } from '../../testing/readme.js'
import type { Queries } from '../../testing/stored-samples.js'
import { prometheusFiles } from '../helpers/fleet.js'
import { type Series, testWithPrometheus } from '../helpers/prometheus.js'
import { renderShard, type ShardedStack, startShardedStack } from '../helpers/sharded-stack.js'
import { allMetrics, allTimes, comparedWithCloud, memory, timesByInstance } from '../helpers/stored-truth.js'
import { testWithVictoriaMetrics } from '../helpers/victoria-metrics.js'

testWithPrometheus(
  'promtool accepts the configuration of each shard, which distributes services as sharded.yml does',
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-sharded-'))
    t.teardown(() => rm(folder, { recursive: true }))
    for (const rules of ['rules/alerts.yml', 'sharded/shard-alerts.yml'])
      await copyFile(join(prometheusFiles, rules), join(folder, basename(rules)))
    const alone = parse(await readFile(join(prometheusFiles, 'sharded.yml'), 'utf8')).scrape_configs[0]
    for (const shard of [0, 1]) {
      const file = join(folder, `${shard}.yml`)
      const settings = renderShard(shard, 2)
      await writeFile(file, settings)
      const { status, stdout } = spawnSync('promtool', ['check', 'config', file], { encoding: 'utf8' })
      t.is(status, 0, stdout)
      t.false(/warning/i.test(stdout), stdout)
      const { global, scrape_configs } = parse(settings)
      t.deepEqual(global.external_labels, { shard: String(shard) })
      alone.relabel_configs[1].regex = String(shard)
      t.deepEqual(scrape_configs[0], alone)
    }
  },
)

testWithPrometheus(
  'a server’s alerts on the storage, and vmalert’s on all servers, fire when they should and not otherwise',
  async (t) => {
    const tests = join(prometheusFiles, 'sharded/tests')
    const rules = ['shard-alerts.yml', 'whole-alerts.yml']
    t.deepEqual((await readdir(tests)).sort(), rules)
    for (const args of [
      ['check', 'rules', '--lint=all', '--lint-fatal', ...rules.map((name) => join(prometheusFiles, 'sharded', name))],
      ['test', 'rules', ...rules.map((name) => join(tests, name))],
    ]) {
      const { status, stdout, stderr } = spawnSync('promtool', args, { encoding: 'utf8' })
      t.is(status, 0, stdout + stderr)
    }
  },
)

testWithPrometheus('the alerts that need all services are the mixin’s, and no shard evaluates them', async (t) => {
  const written = await readFile(join(prometheusFiles, 'sharded/whole-alerts.yml'), 'utf8')
  t.is(written, wholeAlerts(defaultConfig))
  const { alerting, remote_write } = parse(renderShard(0, 2))
  const dropped = [{ source_labels: ['alertname'], regex: needWhole.join('|'), action: 'drop' }]
  t.deepEqual(alerting.alert_relabel_configs, dropped)
  t.deepEqual(remote_write[0].write_relabel_configs.slice(1), dropped)
})

testWithPrometheus('there is no configuration for a shard that would keep no service', (t) => {
  for (const [shard, shards] of [
    ['2', '2'],
    ['01', '2'],
    ['-1', '2'],
    ['', '2'],
    ['0', ''],
    ['0', '0'],
    ['0', '2\n'],
    ['a/b', '2'],
  ] as const)
    t.throws(() => renderShard(shard, shards), { message: /SHARDS? must be/ }, `${shard} of ${shards}`)
})

const secondsNow = () => Date.now() / 1000

const instancesOf = ({ cloud }: ShardedStack) => cloud.world.stateAt(secondsNow()).services.flatMap((s) => s.instances)

const names = (series: ReadonlyArray<Series>) => series.map(({ labels }) => labels.instance_name ?? '').sort()

/** Waits until the storage has had values of every instance since a time, and gives their names. */
const storedSince = async (stack: ShardedStack, time: number): Promise<ReadonlyArray<string>> => {
  const series = await eventually(
    () => stack.storage.samples(memory, time, secondsNow()),
    ({ length }) => length === instancesOf(stack).length,
  )
  return names(series.map(({ labels }) => ({ labels, value: 0 })))
}

testWithVictoriaMetrics(
  'of two servers, each with its exporter, one storage has every instance once, and answers as one Prometheus would',
  async (t) => {
    const from = secondsNow()
    const stack = await startShardedStack(t)
    const { cloud, shards, storage } = stack
    const wanted = instancesOf(stack)
      .map(({ instance_name }) => instance_name)
      .sort()
    t.deepEqual(await storedSince(stack, from), wanted, 'each once')
    const parts = await Promise.all(shards.map(({ server }) => server.query(memory)))
    t.true(
      parts.every(({ length }) => length > 0),
      'each server has a part',
    )
    t.deepEqual(names(parts.flat()), wanted, 'no instance is on both')
    t.deepEqual(await storage.query('{job="alauda", shard!=""}'), [], 'the same series whichever server has it')
    const servers = await eventually(
      () => storage.query('up{job="prometheus"}'),
      ({ length }) => length === 2,
    )
    t.deepEqual(servers.map(({ labels }) => labels.shard).sort(), ['0', '1'])

    const time = secondsNow()
    // What was scraped until then has arrived when newer values have.
    await storedAfter(storage, wanted, time + 2)
    t.true((await comparedWithCloud(cloud, storage, from, time)).count >= wanted.length)
    await onlyTruth(stack, from, time)
    await walkThrough(stack, time, (got, expected, step) => t.deepEqual(got, expected, step))

    const recorded = await eventually(
      () => storage.query('namespace:alauda_instance_info:count'),
      (series) => series[0]?.value === wanted.length,
    )
    t.is(recorded.length, 1, 'recorded of all servers’ services, and not once for each server')
    t.deepEqual(await storage.query('up{job="storage"} == 0'), [], 'each server sees the storage and vmalert')
    t.is((await storage.query('up{job="storage"}')).length, 4)

    cloud.faults.set([{ kind: 'server-error' }])
    await areFiring(stack, 'AlaudaCloudDown')
    cloud.faults.clear()
    await areFiring(stack)
    cloud.world.change({ at: secondsNow(), action: 'delete', service: 'kibana' })
    await areFiring(stack, 'AlaudaServiceVanished kibana')
    t.deepEqual(
      alertsOf(stack).all.filter((alert) => !maybeSlow.test(alert)),
      ['AlaudaCloudDown', 'AlaudaServiceVanished kibana'],
      'each is notified once, and not by each server',
    )
  },
)

/** The steps of the article of 2016 and of the README, asked of the storage for one moment. */
const walkThrough = async (
  { cloud, storage }: ShardedStack,
  time: number,
  isEqual: (got: unknown, expected: unknown, step: string) => void,
) => {
  const { services } = cloud.world.stateAt(time)
  const running = services.filter(({ instances }) => instances.length > 0).map(({ service_name }) => service_name)
  const values = await storage.query(memory, time)
  const sumOf = (service: string) =>
    values.filter(({ labels }) => labels.service === service).reduce((sum, { value }) => sum + value, 0)
  const kibana = ['kibana.0', 'kibana.1', 'kibana.2']
  const byService = (series: ReadonlyArray<{ labels: Series['labels'] }>) =>
    [...new Set(series.map(({ labels }) => labels.service))].sort()

  isEqual(byService(await storage.graph('memory_usage', time - 2, time)), running.sort(), 'a graph of each service')
  const filtered = await storage.query('memory_usage{service="kibana"}', time)
  isEqual(filtered.map(({ labels }) => labels.exported_instance).sort(), kibana, 'kibana alone')
  const [sum] = await storage.query('sum(memory_usage{service="kibana"})', time)
  isEqual(sum?.value, sumOf('kibana'), 'the sum of its instances')
  const sums = await storage.query(`sum by (service) (${memory})`, time)
  isEqual(
    Object.fromEntries(sums.map(({ labels, value }) => [labels.service, value])),
    Object.fromEntries(running.map((service) => [service, sumOf(service)])),
    'the sum of each service',
  )

  const [one = '', cores = '', missing = ''] = block('promql').trim().split('\n')
  isEqual(names(await storage.query(one, time)), kibana, one)
  isEqual(byService(await storage.query(cores, time)), running, cores)
  isEqual(await storage.query(missing, time), [], missing)
}

/** The notified alerts, each with the number of its server or its service: those that fire now, and all. */
const alertsOf = ({ webhook }: ShardedStack) => {
  const last = new Map(
    webhook
      .notices()
      .map(({ status, labels: { alertname, shard, service } }) => [
        [alertname, shard, service].filter((name) => name !== undefined).join(' '),
        status,
      ]),
  )
  const all = [...last.keys()].sort()
  return { firing: all.filter((name) => last.get(name) === 'firing'), all }
}

/** Waits until these alerts fire, in the order of their names, and no other. */
const areFiring = (stack: ShardedStack, ...alerts: ReadonlyArray<string>) =>
  eventually(
    async () => alertsOf(stack).firing,
    (firing) => isDeepStrictEqual(firing, alerts),
  )

// A server that has just been started has no targets yet, and on a busy machine all probes may take longer than their second.
const maybeSlow = /^AlaudaExporterDown/

// On the machine's clock: how long Prometheus, vmalert and the storage keep and retry is theirs, and their clocks cannot be set.
// What the page allows, with intervals of a second, and what a busy machine may take longer.
const intervalSeconds = 1
const unsentSeconds = 5
const discoverySeconds = 5
const slackSeconds = 5

testWithVictoriaMetrics('what is lost when a part dies is what docs/scaling.md says, and nothing else', async (t) => {
  const from = secondsNow()
  const stack = await startShardedStack(t)
  const { shards, storage } = stack
  const [first, second] = shards
  const all = await storedSince(stack, from)
  const ofFirst = names(await first.server.query(memory))
  const ofSecond = names(await second.server.query(memory))
  t.deepEqual([...ofFirst, ...ofSecond].sort(), [...all])

  /** Of the instances of a dead part nothing is stored for the time, of the others something, and the gap is as long as it may be. */
  const gapOnlyIn = async (lost: ReadonlyArray<string>, gap: Gap) => {
    const times = timesByInstance(await storage.samples(memory, from, secondsNow()))
    t.deepEqual([...times.keys()].sort(), [...all])
    for (const [instance, stored] of times) {
      const meanwhile = stored.filter((time) => time > gap.died && time < gap.starts)
      t.is(meanwhile.length === 0, lost.includes(instance), instance)
      const before = gap.died - (stored.findLast((time) => time <= gap.died) ?? Number.NaN)
      const after = (stored.find((time) => time >= gap.starts) ?? Number.NaN) - gap.back
      t.true(before < gap.lostBefore + slackSeconds, `${instance}: nothing for ${before} s before`)
      t.true(after < gap.lostAfter + slackSeconds, `${instance}: nothing for ${after} s after`)
    }
  }

  await second.exporter.kill()
  const exporterDied = secondsNow()
  t.deepEqual(
    names(
      await eventually(
        () => storage.query(memory),
        ({ length }) => length === ofFirst.length,
      ),
    ),
    ofFirst,
    'what cannot be read any more is gone at the next scrape, and the rest stays',
  )
  const instances = (series: ReadonlyArray<Series>) => series.map(({ labels }) => labels.instance).sort()
  const probed = instances(await second.server.query('up{job="alauda"}'))
  const down = await eventually(
    () => storage.query('up{job="alauda"} == 0'),
    ({ length }) => length >= probed.length,
  )
  t.deepEqual(instances(down), probed, 'each of its services says so')
  await areFiring(stack, 'AlaudaExporterDown 1')
  await storedAfter(storage, ofFirst, exporterDied + 2)
  const exporterStarts = secondsNow()
  await second.exporter.start()
  const exporterBack = secondsNow()
  t.deepEqual(await storedSince(stack, exporterBack), all)
  await gapOnlyIn(ofSecond, {
    died: exporterDied,
    lostBefore: intervalSeconds,
    starts: exporterStarts,
    back: exporterBack,
    lostAfter: intervalSeconds,
  })
  await areFiring(stack)

  await first.server.kill()
  const serverDied = secondsNow()
  await storedAfter(storage, ofSecond, serverDied + 2)
  t.deepEqual(names(await storage.query(memory)), all, 'the last values stay visible: no server marks their end')
  await areFiring(stack, 'AlaudaShardDown 0')
  const serverStarts = secondsNow()
  await first.server.start()
  const serverBack = secondsNow()
  t.deepEqual(await storedSince(stack, serverBack), all)
  await gapOnlyIn(ofFirst, {
    died: serverDied,
    lostBefore: unsentSeconds + intervalSeconds,
    starts: serverStarts,
    back: serverBack,
    lostAfter: discoverySeconds + intervalSeconds,
  })
  await areFiring(stack)
  const sent = timesByInstance(await storage.samples(memory, from, serverDied))
  for (const [instance, kept] of timesByInstance(await first.server.samples(memory, from, serverDied))) {
    const unsent = kept.filter((time) => !sent.get(instance)?.includes(time))
    t.true(
      unsent.every((time) => serverDied - time < unsentSeconds + slackSeconds),
      'only the newest were not sent yet, and the server has them itself',
    )
  }

  await storage.stop()
  const storageDied = secondsNow()
  for (const { server, part } of [
    { server: first.server, part: ofFirst },
    { server: second.server, part: ofSecond },
  ])
    await storedAfter(server, part, storageDied + 2)
  await areFiring(stack, 'AlaudaStorageDown 0', 'AlaudaStorageDown 1')
  const storageStarts = secondsNow()
  await storage.start()
  await eventually(
    // A scrape has the time at which it began: a server may store one of that time later.
    async () => {
      const inServers = await Promise.all(
        shards.map(({ server }) => server.samples(allMetrics, storageDied, storageStarts)),
      )
      const inStorage = await storage.samples(allMetrics, storageDied, storageStarts)
      return { times: allTimes(inStorage), wanted: allTimes(inServers.flat()) }
    },
    ({ times, wanted }) => times === wanted,
  )
  await areFiring(stack)
  t.deepEqual(
    alertsOf(stack).all.filter((alert) => !maybeSlow.test(alert)),
    ['AlaudaShardDown 0', 'AlaudaStorageDown 0', 'AlaudaStorageDown 1'],
    'no service was taken for gone, and no cloud for down',
  )

  await onlyTruth(stack, from, secondsNow())
})

interface Gap {
  readonly died: number
  /** For how long before that nothing may be stored. */
  readonly lostBefore: number
  readonly starts: number
  readonly back: number
  readonly lostAfter: number
}

/** Waits until each of the instances has a value that is newer than a time. */
const storedAfter = (queries: Queries, instances: ReadonlyArray<string>, time: number) =>
  eventually(
    async () => timesByInstance(await queries.samples(memory, time, Math.max(time, secondsNow()) + 0.001)),
    (times) => instances.every((instance) => times.has(instance)),
  )

/** Waits until all has arrived, and fails unless no instance is there twice and each value, at every time, is the cloud's. */
const onlyTruth = ({ cloud, storage }: ShardedStack, from: number, to: number) =>
  eventually(
    () => comparedWithCloud(cloud, storage, from, to),
    ({ twice, wrong }) => twice.length + wrong.length === 0,
  )
