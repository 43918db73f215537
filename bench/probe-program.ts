import { setTimeout as sleep } from 'node:timers/promises'
import { flagOf, report } from './suite/measured.js'
import { get } from './suite/servers.js'

/**
 * Scrapes the targets that the exporters at `--urls` discover, as Prometheus does: each once, evenly spread over `--seconds` and over the
 * exporters. A target is lost when its page does not come within the deadline, or comes without its instances.
 */
const urls = flagOf('urls').split(',')
const milliseconds = Number(flagOf('seconds')) * 1000
const instances = Number(flagOf('instances'))

// Prometheus' default.
const deadlineSeconds = 10

interface Target {
  readonly labels: Readonly<Record<string, string>>
}

const targetsOf = async (url: string): Promise<ReadonlyArray<Target>> => {
  const { status, body } = await get(new URL('/sd', url))
  if (status !== 200) throw new Error(`/sd answered ${status}`)
  return JSON.parse(body.toString())
}

const addressOf = (url: string, { labels }: Target): URL => {
  const address = new URL(labels.__metrics_path__ ?? '', url)
  for (const [name, value] of Object.entries(labels)) {
    if (name.startsWith('__param_')) address.searchParams.set(name.slice('__param_'.length), value)
  }
  return address
}

const begun = performance.now()
const lists = await Promise.all(urls.map(targetsOf))
const discovery = performance.now() - begun
const [targets = []] = lists

const times: number[] = []
let refused = 0

const pageOf = async (address: URL): Promise<string> => {
  const { status, body } = await get(address, { 'x-prometheus-scrape-timeout-seconds': String(deadlineSeconds) })
  // More probes at the same time than --web.max-requests.
  if (status === 503) refused += 1
  return body.toString()
}

const probe = async (target: Target, index: number): Promise<void> => {
  await sleep((index / targets.length) * milliseconds)
  const asked = performance.now()
  const address = addressOf(urls[index % urls.length] ?? '', target)
  const page = await pageOf(address).catch(() => '')
  const time = performance.now() - asked
  const shown = page.split('\nalauda_instance_memory_usage_bytes{').length - 1
  if (shown === instances && time <= deadlineSeconds * 1000) times.push(time)
}
await Promise.all(targets.map(probe))

const p99 = times.sort((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.POSITIVE_INFINITY
report({ targets: targets.length, lost: targets.length - times.length, refused, p99, discovery })
process.exit()
