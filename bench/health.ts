import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPrograms } from './suite/programs.js'
import { exporterEnvironment, exporterProgram, type Server, startServer } from './suite/servers.js'
import { printTable, spread } from './suite/table.js'

const secondsOfLoad = 8
const instances = 10_000

// The password `right`, hashed at the usual cost.
const webConfig = "basic_auth_users: {demo: '$2b$10$mlT8TGb.JLEIvR5R3V0DBOHSf8Ng2DH6wvpqa2Vci2ppkLP298Kvy'}\n"
const authorization = `Basic ${Buffer.from('demo:right').toString('base64')}`

/** What asks for how much: the names are those of the loads in `load-program.ts`. */
const loads: Readonly<Record<string, string>> = {
  metrics: '40 × /metrics, text',
  openmetrics: '40 × /metrics, OpenMetrics, gzip',
  page: '40 × the status page',
  json: '40 × /api/v1/services',
  sd: '40 × /sd',
  probe: '40 × /probe',
  pipelining: '1 × 40 × /metrics at once, never read',
  'pipelining-200': '200 × 40 × /metrics at once, never read',
  logins: '40 × a new wrong password',
  mixed: '40 clients, mixed',
}

/** How long an answer takes on a connection of its own, as a kubelet asks, in milliseconds; infinite when none comes. */
const timeOf = (url: string): Promise<number> =>
  new Promise((resolve) => {
    const begun = performance.now()
    const asked = request(url, { agent: false, headers: { authorization } }, (response) => {
      response.resume().once('end', () => resolve(performance.now() - begun))
    })
    asked.once('error', () => resolve(Number.POSITIVE_INFINITY)).end()
  })

/** Asks every 100 ms, whether or not the last answer has come. */
const timesOf = async (url: string, seconds: number): Promise<ReadonlyArray<number>> => {
  const times: Array<Promise<number>> = []
  const end = performance.now() + seconds * 1000
  while (performance.now() < end) {
    times.push(timeOf(url))
    await sleep(100)
  }
  return Promise.all(times)
}

const startExporter = (cloud: string, webFile: string): Promise<Server> => {
  const flags = [`--alauda.endpoint=${cloud}`, '--web.listen-address=127.0.0.1:0', `--web.config.file=${webFile}`]
  const collecting = ['--collect.interval=5m', '--collect.period=5m', '--collect.window=10m', '--log.level=warn']
  return startServer([process.execPath, exporterProgram, ...flags, ...collecting], exporterEnvironment)
}

const untilAllIsRead = async (exporter: string): Promise<void> => {
  const end = performance.now() + 60_000
  while (performance.now() < end) {
    const page = await (await fetch(new URL('/metrics', exporter), { headers: { authorization } })).text()
    if (page.split('\nalauda_instance_memory_usage_bytes{').length > instances) return
    await sleep(1000)
  }
  throw new Error(`the exporter has not read ${instances} instances in a minute`)
}

/** How long `/-/healthy` and `/-/ready` take under each load, and what became of the load's own requests. */
export const benchHealth = async (): Promise<void> => {
  const programs = createPrograms()
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const webFile = join(folder, 'web.yml')
  let stopExporter = async () => {}
  try {
    await writeFile(webFile, webConfig)
    const cloud = await programs.start('cloud-program')
    const bare = await programs.start('bare-program')
    const { url, stop } = await startExporter(cloud.said, webFile)
    stopExporter = stop
    await untilAllIsRead(url)
    // Run from its sources, the program bundles the page's script when the page is first asked for; a release has it ready.
    await fetch(url, { headers: { authorization } })
    const urls = { '/-/healthy': new URL('/-/healthy', url), '/-/ready': new URL('/-/ready', url), bare: bare.said }
    const measure = async (load: string, results: () => Promise<ReadonlyArray<string>>) => {
      const times = await Promise.all(Object.values(urls).map((one) => timesOf(String(one), secondsOfLoad)))
      const requests = await results()
      return Object.keys(urls).map((asked, index) => [
        index === 0 ? load : '',
        asked === 'bare' ? 'a bare server' : asked,
        ...spread(times[index] ?? []),
        ...(index === 0 ? requests : ['', '', '', '']),
      ])
    }
    const rows = await measure('none', async () => ['', '', '', ''])
    for (const [name, load] of Object.entries(loads)) {
      const clients = await programs.start('load-program', url, authorization, name)
      rows.push(...(await measure(load, async () => Object.values(JSON.parse(await clients.ask())).map(String))))
      await clients.stop()
    }
    printTable(
      ['load', 'asked', 'asked times', 'p50 ms', 'p99 ms', 'max ms', 'answered', 'refused', 'cut off', 'failed'],
      rows,
    )
  } finally {
    await programs.stop()
    await stopExporter()
    await rm(folder, { recursive: true })
  }
}
