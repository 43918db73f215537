// The whole system with one command, `npm run stack`: a cloud, the exporter, the real Prometheus and Alertmanager.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../testing/ports.js'
import { findProgram, howToGetPrometheus, withoutAlertmanager } from '../testing/programs.js'
import { type Children, createChildren } from './stack/children.js'
import { alertmanagerConfig, prometheusConfig } from './stack/configs.js'
import { type Addresses, welcome } from './stack/welcome.js'

const root = resolve(import.meta.dirname, '..')
const deploy = join(root, 'deploy')

const { ALAUDA_USERNAME, ALAUDA_TOKEN, ALAUDA_TOKEN_FILE } = process.env
const isDemo = !(ALAUDA_USERNAME || ALAUDA_TOKEN || ALAUDA_TOKEN_FILE)

// A child that needs no account gets none.
const { PATH, HOME, TMPDIR, LANG } = process.env
const plainEnvironment = { PATH, HOME, TMPDIR, LANG }

const hostOf = (url: string): string => new URL(url).host

const startExporter = async (
  { start }: Children,
  prometheus: string,
): Promise<Pick<Addresses, 'cloud' | 'exporter'>> => {
  const address = `127.0.0.1:${await freePort(10_104)}`
  const flags = [`--web.listen-address=${address}`, `--web.prometheus-url=${prometheus}`, '--log.level=warn']
  const program = ['--import=tsx', '--conditions=source', join(root, 'packages/exporter-http/src/bin.ts')]
  const exporter = start(
    'exporter',
    process.execPath,
    [...program, ...(isDemo ? ['--demo', ...flags] : flags)],
    isDemo ? plainEnvironment : process.env,
  )
  const [cloud, url] = await Promise.all([
    isDemo ? exporter.line(/embedded cloud answers at (\S+)/) : undefined,
    exporter.line(/^Open (\S+)/),
  ])
  return { cloud, exporter: url }
}

const startAlertmanager = async ({ start }: Children, folder: string): Promise<string | undefined> => {
  const program = findProgram(['prometheus-alertmanager', 'alertmanager'])
  if (program === undefined) return undefined
  const config = join(folder, 'alertmanager.yml')
  await writeFile(config, alertmanagerConfig(await readFile(join(deploy, 'alertmanager/alertmanager.yml'), 'utf8')))
  const address = `127.0.0.1:${await freePort(9093)}`
  const flags = [
    `--config.file=${config}`,
    `--storage.path=${join(folder, 'alertmanager')}`,
    `--web.listen-address=${address}`,
    '--cluster.listen-address=',
    '--log.level=warn',
  ]
  start('alertmanager', program, flags, plainEnvironment)
  return ready(`http://${address}/`)
}

const startPrometheus = async (
  { start }: Children,
  { program, folder, url }: { readonly program: string; readonly folder: string; readonly url: string },
  exporter: string,
  alertmanager: string | undefined,
): Promise<string> => {
  const config = join(folder, 'prometheus.yml')
  const wiring = {
    exporter: hostOf(exporter),
    alertmanager: alertmanager && hostOf(alertmanager),
    rules: join(deploy, 'prometheus/rules/*.yml'),
    // The embedded cloud measures each second, and the exporter collects it every five.
    interval: isDemo ? '5s' : undefined,
  }
  await writeFile(config, prometheusConfig(await readFile(join(deploy, 'prometheus/prometheus.yml'), 'utf8'), wiring))
  const flags = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'prometheus')}`,
    `--web.listen-address=${hostOf(url)}`,
    '--log.level=warn',
  ]
  start('prometheus', program, flags, plainEnvironment)
  return ready(url)
}

const isThere = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  )

/** Waits until what has been started says that it is ready. */
const ready = async (url: string): Promise<string> => {
  while (!(await isThere(`${url}-/ready`))) await delay(100)
  return url
}

// Debian's Prometheus has only the pages of old.
const alertsOf = async (prometheus: string): Promise<string> =>
  (await isThere(`${prometheus}alerts`)) ? `${prometheus}alerts` : `${prometheus}classic/alerts`

const start = async (children: Children, program: string, folder: string): Promise<Addresses> => {
  const url = `http://127.0.0.1:${await freePort(9090)}/`
  const [watched, alertmanager] = await Promise.all([startExporter(children, url), startAlertmanager(children, folder)])
  const prometheus = await startPrometheus(children, { program, folder, url }, watched.exporter, alertmanager)
  return { ...watched, alertmanager, prometheus, alerts: await alertsOf(prometheus) }
}

/** Returns the exit status: 0 after a signal, 1 after a failure. */
const run = async (program: string): Promise<number> => {
  const stopped = new Promise<undefined>((resolve) => {
    // Not `once`: npm passes on a signal that the terminal has sent here already, and the second must not end this process.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(undefined))
    // The reader has closed the pipe, as `| head` does. Without a listener this would end only this process, not the children.
    for (const stream of [process.stdout, process.stderr]) stream.on('error', () => resolve(undefined))
  })
  const folder = await mkdtemp(join(tmpdir(), 'alauda-stack-'))
  const children = createChildren((line) => process.stderr.write(`${line}\n`))
  try {
    const ended = Promise.race([stopped, children.death])
    const started = start(children, program, folder).then((addresses) => {
      process.stdout.write(welcome(addresses))
      if (addresses.alertmanager === undefined) process.stdout.write(withoutAlertmanager)
    })
    await Promise.race([started, ended])
    const why = await ended
    if (why !== undefined) process.stderr.write(`${why}\nEverything else is ended too.\n`)
    return why === undefined ? 0 : 1
  } finally {
    await children.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const prometheus = findProgram(['prometheus'])
if (prometheus === undefined) {
  process.stderr.write(howToGetPrometheus)
  process.exit(1)
}
// Not by exitCode alone: who was waited for may never have answered.
process.exit(await run(prometheus))
