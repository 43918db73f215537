import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { flagOf, report } from './suite/measured.js'

/**
 * Ten clients of the exporter at `--url` that each request its page every second, compressed, while its health is asked ten times a second,
 * and that of the bare server at `--bare` too. It reports how long the answers took, in milliseconds, after `--seconds`.
 */
const url = flagOf('url')
const end = performance.now() + Number(flagOf('seconds')) * 1000

const timeOf = (asked: URL, agent: Agent | false): Promise<number> =>
  new Promise((resolve, reject) => {
    const begun = performance.now()
    request(asked, { agent, headers: { 'accept-encoding': 'gzip' } }, (response) => {
      if (response.statusCode !== 200) reject(new Error(`${asked} answered ${response.statusCode}`))
      response.resume().once('end', () => resolve(performance.now() - begun))
    })
      .once('error', reject)
      .end()
  })

/** Begins at a time of its own, and asks at each interval unless the last answer has not come. */
const timesOf = async (asked: URL, begin: number, interval: number, agent: Agent | false) => {
  const times: number[] = []
  await sleep(begin)
  for (let next = performance.now(); next < end; next = Math.max(next + interval, performance.now())) {
    await sleep(next - performance.now())
    times.push(await timeOf(asked, agent))
  }
  return times
}

const agent = new Agent({ keepAlive: true })
const clients = Array.from({ length: 10 }, (_, client) => timesOf(new URL('/metrics', url), client * 100, 1000, agent))
// As a kubelet asks, each time on another connection.
const health = timesOf(new URL('/-/healthy', url), 0, 100, false)
const bare = timesOf(new URL(flagOf('bare')), 0, 100, false)

const p99 = (times: ReadonlyArray<number>): number =>
  times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN
const pages = (await Promise.all(clients)).flat()
report({ pages: pages.length, pageP99: p99(pages), healthP99: p99(await health), bareP99: p99(await bare) })
agent.destroy()
