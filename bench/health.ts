import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createPrograms } from './programs.js'
import { printTable, spread } from './table.js'

const secondsIdle = 10
const secondsUnderLoad = 30
const instances = 10_000

/** How long an answer takes on a connection of its own, as a kubelet asks, in milliseconds; infinite when none comes. */
const timeOf = (url: string): Promise<number> =>
  new Promise((resolve) => {
    const begun = performance.now()
    const asked = request(url, { agent: false }, (response) => {
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

const startExporter = async (cloud: string) => {
  const program = fileURLToPath(import.meta.resolve('../packages/exporter-http/src/bin.js'))
  const flags = [`--alauda.endpoint=${cloud}`, '--web.listen-address=127.0.0.1:0', '--log.level=warn']
  const child = spawn(
    process.execPath,
    [program, ...flags, '--collect.interval=5m', '--collect.period=5m', '--collect.window=10m'],
    {
      env: { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exited = once(child, 'exit')
  let output = ''
  for await (const chunk of child.stdout) {
    output += chunk
    const url = /Open (http:\S+)/.exec(output)?.[1]
    if (url !== undefined) {
      child.stdout.resume()
      const stop = async () => {
        child.kill()
        await exited
      }
      return { url, stop }
    }
  }
  throw new Error('the exporter has ended')
}

const untilAllIsRead = async (exporter: string): Promise<void> => {
  const end = performance.now() + 300_000
  while (performance.now() < end) {
    const page = await (await fetch(new URL('/metrics', exporter))).text()
    if (page.split('\nalauda_instance_memory_usage_bytes{').length > instances) return
    await sleep(1000)
  }
  throw new Error(`the exporter has not read ${instances} instances in 5 minutes`)
}

/** How long `/-/healthy` and `/-/ready` take while 40 clients ask for everything else. */
export const benchHealth = async (): Promise<void> => {
  const programs = createPrograms()
  let stopExporter = async () => {}
  try {
    const cloud = await programs.start('cloud-program')
    const bare = await programs.start('bare-program')
    const { url, stop } = await startExporter(cloud.said)
    stopExporter = stop
    await untilAllIsRead(url)
    const measure = async (load: string, seconds: number) => {
      const urls = [new URL('/-/healthy', url), new URL('/-/ready', url), new URL(bare.said)]
      const all = await Promise.all(urls.map(({ href }) => timesOf(href, seconds)))
      return ['/-/healthy', '/-/ready', 'a bare server'].map((asked, index) => [
        load,
        asked,
        ...spread(all[index] ?? []),
      ])
    }
    const idle = await measure('none', secondsIdle)
    const load = await programs.start('load-program', url)
    const loaded = await measure('40 clients', secondsUnderLoad)
    printTable(['load', 'asked', 'answers', 'p50 ms', 'p99 ms', 'max ms'], [...idle, ...loaded])
    console.log(`\nThe 40 clients got ${await load.ask()} pages in ${secondsUnderLoad} s, of ${instances} instances.`)
  } finally {
    await programs.stop()
    await stopExporter()
  }
}
