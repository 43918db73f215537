import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { families, type Snapshot } from '@alauda-exporter/collector'
import { stringify } from 'yaml'
import { root } from '../../testing/start-process.js'
import { testWithPrometheus } from '../helpers/prometheus.js'

const alertsFile = resolve(root, 'deploy/prometheus/rules/alerts.yml')
const minutes = 120
const week = 7 * 86_400
const sizes = { XS: { cpu: 0.25 } }

/** What the exporter knows at a minute of a container that had been there for a week at minute 0. */
const snapshotAt = (minute: number, secondsUsed: number, size: string): Snapshot => {
  const time = week + minute * 60
  const point = { time, cpuUsageSeconds: secondsUsed, cpuUtilizationRatio: secondsUsed / time }
  return {
    namespace: 'demo',
    startTime: time,
    durationSeconds: 1,
    lastSuccessTime: time,
    services: [
      {
        service: { name: 'web', size },
        listedTime: time,
        duplicates: 0,
        instances: [{ instance: { uuid: 'a', name: 'web.0', startTime: 0 }, outcome: 'ok', point }],
      },
    ],
    duplicates: 0,
    leftOut: {},
    unreadableValues: {},
    futurePoints: 0,
    failures: {},
  }
}

/** What the exporter shows minute by minute, as promtool's series. */
const seriesOf = (snapshots: ReadonlyArray<Snapshot>) => {
  const values = new Map<string, number[]>()
  for (const snapshot of snapshots) {
    for (const { name, samples } of families([snapshot], { sizes })) {
      if (!/^alauda_(up|instance_cpu|service_instance_cpu)/.test(name)) continue
      for (const { labels, value } of samples) {
        const pairs = Object.entries({ ...labels, job: 'alauda', instance: 'exporter:10104' })
        const series = `${name}{${pairs.map(([label, text]) => `${label}="${text}"`).join(', ')}}`
        values.set(series, [...(values.get(series) ?? []), Number(value)])
      }
    }
  }
  return [...values].map(([series, all]) => ({ series, values: all.join(' ') }))
}

const firing = 'count(ALERTS{alertname="AlaudaCpuNearLimit", alertstate="firing"})'

for (const { name, coresAt, size = 'XS', before, fires } of [
  {
    name: 'fires for a service that idled for a week and uses its limit for an hour',
    before: 0.001 * week,
    coresAt: (minute: number) => (minute < 30 || minute >= 90 ? 0.001 : 0.25),
    fires: [false, true],
  },
  {
    name: 'does not fire for one that used its limit for a week and idles now',
    before: 0.25 * week,
    coresAt: () => 0.001,
    fires: [false, false],
  },
  {
    name: 'does not fire where the limit of the size is unknown',
    before: 0,
    size: 'XXL',
    coresAt: () => 8,
    fires: [false, false],
  },
]) {
  testWithPrometheus(`AlaudaCpuNearLimit ${name}`, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-e2e-'))
    t.teardown(() => rm(folder, { recursive: true }))
    const snapshots: Snapshot[] = []
    let used = before
    for (let minute = 0; minute <= minutes; minute += 1) {
      snapshots.push(snapshotAt(minute, used, size))
      used += 60 * coresAt(minute)
    }
    const expected = fires.map((isFiring, index) => ({
      expr: firing,
      eval_time: ['29m', '80m'][index],
      ...(isFiring ? { exp_samples: [{ labels: '{}', value: 1 }] } : {}),
    }))
    const file = join(folder, 'test.yml')
    const one = { interval: '1m', input_series: seriesOf(snapshots), promql_expr_test: expected }
    await writeFile(file, stringify({ rule_files: [alertsFile], evaluation_interval: '1m', tests: [one] }))
    const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
    t.is(status, 0, stdout + stderr)
  })
}
