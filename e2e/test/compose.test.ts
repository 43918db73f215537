import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startSimulator } from '@alauda-exporter/alauda-simulator'
import test from 'ava'
import { parse } from 'yaml'
import { type ServingCommand, startServing } from '../../packages/exporter-http/test/helpers/command.js'
import { eventually } from '../../testing/eventually.js'
import { findProgram } from '../../testing/programs.js'
import { argumentsOf, composeFile, composeFolder, composeText } from '../helpers/compose-file.js'
import { prometheusImage, testWithImage } from '../helpers/prometheus-image.js'

const { services, secrets, volumes } = await composeFile()
const servicesByName = Object.entries(services)
const service = (name: string) => services[name] ?? {}
const provisioned = async (file: string) =>
  parse(await readFile(join(composeFolder, '../grafana/provisioning', file), 'utf8'))
const isFolderOrFile = (path: string) => /^[./]/.test(path)

test('the file is what the Compose Specification describes', (t) => {
  const linter = fileURLToPath(new URL('bin/dclint.cjs', import.meta.resolve('dclint/package.json')))
  const linted = spawnSync(process.execPath, [linter, '--quiet', composeFolder], { encoding: 'utf8' })
  t.is(linted.status, 0, linted.stdout + linted.stderr)
  if (spawnSync('docker', ['compose', 'version']).status !== 0) return
  const { status, stderr } = spawnSync('docker', ['compose', 'config', '--quiet'], { cwd: composeFolder })
  t.is(status, 0, String(stderr))
})

test('all that it builds from, mounts and refers to is there', (t) => {
  t.deepEqual(Object.keys(services).sort(), ['alertmanager', 'exporter', 'grafana', 'prometheus'])
  for (const [name, { build, volumes: mounts = [], depends_on = {}, secrets: given = [] }] of servicesByName) {
    if (build) t.true(existsSync(join(composeFolder, build.context, build.dockerfile)), name)
    for (const mount of mounts) {
      const [source = '', , mode] = mount.split(':')
      if (isFolderOrFile(source)) t.true(existsSync(join(composeFolder, source)) && mode === 'ro', mount)
      else t.true(source in volumes, mount)
    }
    for (const other of Object.keys(depends_on)) t.true(other in services, other)
    for (const secret of given) t.true(secret in secrets, secret)
  }
})

test('each container is watched, confined, and to be reached from this machine alone', (t) => {
  for (const [name, it] of servicesByName) {
    t.true(it.read_only, name)
    t.deepEqual(it.cap_drop, ['ALL'], name)
    t.deepEqual(it.security_opt, ['no-new-privileges:true'], name)
    for (const port of it.ports ?? []) t.regex(port, /^127\.0\.0\.1:\d+:\d+$/, name)
    if (it.image) t.regex(it.image, /:v?\d+\.\d+\.\d+$/, 'the version is fixed')
    const dockerfile = it.build && readFileSync(join(composeFolder, it.build.context, it.build.dockerfile), 'utf8')
    t.true(it.healthcheck !== undefined || /^HEALTHCHECK /m.test(dockerfile ?? ''), name)
  }
})

test('secrets are given as files', (t) => {
  for (const [name, { environment = {} }] of servicesByName)
    for (const [variable, value] of Object.entries(environment))
      if (/PASSWORD|TOKEN|SECRET/.test(variable)) {
        t.regex(variable, /_FILE$/, name)
        const [, , folder, secret = ''] = value.split('/')
        t.is(folder, 'secrets')
        t.true(service(name).secrets?.includes(secret), value)
      }
})

test('what is secret is not put into the repository by mistake', (t) => {
  for (const file of ['.env', 'secrets/alauda_password'])
    t.is(spawnSync('git', ['check-ignore', '--quiet', file], { cwd: composeFolder }).status, 0, file)
  t.is(spawnSync('git', ['check-ignore', '--quiet', '.env.example'], { cwd: composeFolder }).status, 1)
})

test('the variables that can be set are those that the example shows', async (t) => {
  const named = (text: string, pattern: RegExp) =>
    [...new Set([...text.matchAll(pattern)].map(([, name]) => name))].sort()
  const example = await readFile(join(composeFolder, '.env.example'), 'utf8')
  t.deepEqual(named(example, /^# (\w+)=/gm), named(await composeText(), /\$\{(\w+)/g))
})

test('they find one another', async (t) => {
  const listening = Object.fromEntries(servicesByName.map(([name, { ports = [] }]) => [name, ports[0]?.split(':')[2]]))
  const { EXPORTER_ADDRESS, ALERTMANAGER_ADDRESS } = service('prometheus').environment ?? {}
  t.is(EXPORTER_ADDRESS, `exporter:${listening.exporter}`)
  t.is(ALERTMANAGER_ADDRESS, `alertmanager:${listening.alertmanager}`)
  const { datasources } = await provisioned('datasources/prometheus.yml')
  t.is(datasources[0].url, `http://prometheus:${listening.prometheus}`)
  const { providers } = await provisioned('dashboards/alauda.yml')
  const targets = service('grafana').volumes?.map((mount) => mount.split(':')[1])
  t.true(targets?.includes(providers[0].options.path))
  t.true(targets?.includes('/etc/grafana/provisioning'))
})

test('Grafana never takes a rate over less than four values', async (t) => {
  const { datasources } = await provisioned('datasources/prometheus.yml')
  const seconds = (duration = '') => Number(/^(\d+)s$/.exec(duration)?.[1])
  const timeInterval = seconds(datasources[0].jsonData.timeInterval)
  const example = await readFile(join(composeFolder, '.env.example'), 'utf8')
  const shown = /^# SCRAPE_INTERVAL=(.*)$/m.exec(example)?.[1]
  for (const interval of [service('prometheus').environment?.SCRAPE_INTERVAL, shown])
    t.true(seconds(interval) <= timeInterval, interval)
})

const up = async ({ page }: ServingCommand) => /^alauda_up\{.*/m.exec(await page())?.[0] ?? ''
const isUp = (line: string) => line.endsWith(' 1')

test('without an account the exporter watches an embedded cloud', async (t) => {
  const exporter = service('exporter')
  const environment = { ...exporter.environment, ALAUDA_PASSWORD_FILE: secrets.alauda_password?.file ?? '' }
  const command = await startServing(t, environment, ...argumentsOf(exporter))
  t.regex(command.stdout(), /embedded cloud/)
  t.regex(await eventually(() => up(command), isUp), /"demo"/)
  t.is((await command.get('/-/healthy')).status, 200)
})

test('with the account of the example it watches that', async (t) => {
  const cloud = await startSimulator({ username: 'you', namespace: 'you', password: 'from-a-file' })
  t.teardown(() => cloud.close())
  const folder = await mkdtemp(join(tmpdir(), 'alauda-exporter-compose-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const example = await readFile(join(composeFolder, '.env.example'), 'utf8')
  const shown = Object.fromEntries(
    [...example.matchAll(/^# (\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
  )
  const { EXPORTER_ARGS = '', ALAUDA_USERNAME = '' } = shown
  const { services: withAccount } = await composeFile({ EXPORTER_ARGS, ALAUDA_USERNAME, ALAUDA_ENDPOINT: cloud.url })
  const exporter = withAccount.exporter ?? {}
  const password = join(folder, 'password')
  await writeFile(password, 'from-a-file\n')
  const [, ...flags] = argumentsOf(exporter)
  t.is(argumentsOf(exporter)[0], 'serve')
  const command = await startServing(t, { ...exporter.environment, ALAUDA_PASSWORD_FILE: password }, ...flags)
  t.regex(await eventually(() => up(command), isUp), /"you"/)
  t.notRegex(command.stdout(), /embedded cloud/)
})

testWithImage('Prometheus accepts its flags, and scrapes the exporter', async (t) => {
  const image = await prometheusImage(t)
  const { environment = {} } = service('prometheus')
  const { status, output } = image.run(environment, ...argumentsOf(service('prometheus')), '--version')
  t.is(status, 0, output)
  const { scrape_configs, global } = await image.config()
  t.deepEqual(scrape_configs[0]?.static_configs[0]?.targets, ['exporter:10104'])
  t.is(global.scrape_interval, '15s')
})

testWithImage('Alertmanager accepts its flags', (t) => {
  const program = findProgram(['prometheus-alertmanager', 'alertmanager'])
  if (program === undefined) {
    t.falsy(process.env.E2E_REQUIRED, 'Alertmanager is not on this machine')
    return
  }
  const { status, stderr } = spawnSync(program, [...argumentsOf(service('alertmanager')), '--version'])
  t.is(status, 0, String(stderr))
})
