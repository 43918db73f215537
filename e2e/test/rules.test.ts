import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describeMetrics } from '@alauda-exporter/collector'
import test from 'ava'
import { parse } from 'yaml'
import { alerts } from '../../deploy/mixin/alerts.js'
import { defaultConfig } from '../../deploy/mixin/config.js'
import { recordingRules } from '../../deploy/mixin/recording-rules.js'
import { ruleFile } from '../../deploy/mixin/render.js'
import { reloadFamilies } from '../../packages/exporter-http/src/own-metrics.js'
import { root } from '../../testing/start-process.js'
import { testWithPrometheus } from '../helpers/prometheus.js'

const rules = resolve(root, 'deploy/prometheus/rules')
const runbooks = resolve(root, 'docs/runbooks')
const alertRules = alerts(defaultConfig).flatMap((group) => group.rules)
const recorded = recordingRules(defaultConfig).flatMap((group) => group.rules)
const alertNames = alertRules.map(({ alert }) => alert).sort()

const promtool = (...args: ReadonlyArray<string>) => {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: rules, encoding: 'utf8' })
  return { status, said: stdout + stderr }
}

interface RuleTest {
  readonly alert_rule_test?: ReadonlyArray<{
    readonly eval_time: string
    readonly alertname: string
    readonly exp_alerts?: ReadonlyArray<unknown>
  }>
}

const testFiles = async (): Promise<ReadonlyArray<string>> => {
  const names = await readdir(join(rules, 'tests'))
  return Promise.all(names.sort().map((name) => readFile(join(rules, 'tests', name), 'utf8')))
}

/** The metrics of the exporter that a text names, without what histograms add to their names. */
const exporterMetricsIn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/(?<![\w:])alauda_\w+(?!\w*:)/g)].map(([name]) => name.replace(/_(bucket|sum|count)$/, ''))

const known = [...describeMetrics(), ...reloadFamilies({ isSuccessful: true, lastSuccessTime: 0 })].map(
  ({ name }) => name,
)

testWithPrometheus('promtool has nothing to say about the rules', (t) => {
  const { status, said } = promtool('check', 'rules', '--lint=all', '--lint-fatal', 'alerts.yml', 'recording.yml')
  t.is(status, 0, said)
})

testWithPrometheus('every alert fires when it should, after its time, and not before or otherwise', async (t) => {
  const files = (await readdir(join(rules, 'tests'))).map((name) => join('tests', name))
  t.true(files.length > 0)
  const { status, said } = promtool('test', 'rules', ...files)
  t.is(status, 0, said)
})

testWithPrometheus('every alert has a test in which it fires, and has not fired before', async (t) => {
  const tests = (await testFiles()).flatMap((file): ReadonlyArray<RuleTest> => parse(file).tests)
  const proven = tests.flatMap(({ alert_rule_test: checks = [] }) =>
    checks
      .filter(({ exp_alerts = [] }) => exp_alerts.length > 0)
      .map(({ alertname }) => alertname)
      .filter((name) => checks.find(({ alertname }) => alertname === name)?.exp_alerts === undefined),
  )
  t.deepEqual([...new Set(proven)].sort(), alertNames)
})

testWithPrometheus('every recording rule has a test that expects what it records', async (t) => {
  const expected = (await testFiles()).join('\n')
  const untested = recorded
    .filter(({ record }) => !expected.includes(`labels: '${record}{`))
    .map(({ record }) => record)
  t.deepEqual(untested, [])
})

testWithPrometheus('every alert has a runbook of its name, and its address leads there', async (t) => {
  const pages = (await readdir(runbooks)).filter((name) => name !== 'README.md')
  t.deepEqual(pages.sort(), alertNames.map((name) => `${name}.md`).sort())
  const index = await readFile(join(runbooks, 'README.md'), 'utf8')
  for (const { alert, annotations, labels } of alertRules) {
    t.is(annotations.runbook_url, `${defaultConfig.runbookBaseUrl}/${alert}.md`)
    t.true(index.includes(`| [${alert}](${alert}.md) | ${labels.severity} |`), `the index has ${alert}`)
    const page = await readFile(join(runbooks, `${alert}.md`), 'utf8')
    t.deepEqual(
      [...page.matchAll(/^##? (.+)$/gm)].map(([, title]) => title),
      [alert, 'Meaning', 'Impact', 'Diagnosis', 'Mitigation'],
    )
  }
})

testWithPrometheus('rules and runbooks ask for no metric that the exporter does not have', async (t) => {
  const pages = await Promise.all((await readdir(runbooks)).map((name) => readFile(join(runbooks, name), 'utf8')))
  const asked = [...alertRules, ...recorded].map(({ expr }) => expr).concat(pages)
  const names = new Set(asked.flatMap(exporterMetricsIn))
  t.true(names.size > 20)
  const isKnown = (name: string) =>
    name.endsWith('_') ? known.some((one) => one.startsWith(name)) : known.includes(name)
  t.deepEqual(
    [...names].filter((name) => !isKnown(name)),
    [],
  )
})

test('no rule takes the load from the mean over the container’s life', (t) => {
  const exprs: ReadonlyArray<{ readonly expr: string }> = [...alertRules, ...recorded]
  t.deepEqual(
    exprs.filter(({ expr }) => expr.includes('cpu_utilization')),
    [],
  )
})

testWithPrometheus('a configured selector and job are in every query, and the rules are still right', async (t) => {
  const config = { ...defaultConfig, selector: 'cluster="north"', targetSelector: 'job=~"alauda-.+"' }
  const groups = [...alerts(config), ...recordingRules(config)]
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-e2e-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'rules.yml')
  await writeFile(file, ruleFile(groups))
  const { status, said } = promtool('check', 'rules', '--lint=all', '--lint-fatal', file)
  t.is(status, 0, said)
  for (const { expr } of groups.flatMap((group): ReadonlyArray<{ readonly expr: string }> => group.rules)) {
    t.notRegex(expr, /(?<![\w:])(alauda_\w+(?!\w*[:{])|alauda_\w+\{(?!cluster="north")|up\{(?!job=~"alauda-\.\+"\}))/)
  }
  const descriptions = alerts(config).flatMap(({ rules: made }) =>
    made.map(({ annotations }) => annotations.description),
  )
  t.deepEqual(
    descriptions.flatMap((text) => text.match(/alauda_\w+\{(?!cluster=\\"north\\")/g) ?? []),
    [],
  )
})
