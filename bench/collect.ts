import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startApiServer } from './suite/api-server.js'
import type { Bench } from './suite/bench.js'
import { type Figure, type Goal, spreadOf, thousands } from './suite/figures.js'
import { instancesPerService, servicesPerPage } from './suite/fixed-answers.js'
import { nodeSubject } from './suite/peers.js'
import { inRounds, type Report, reportOf } from './suite/rounds.js'
import { exporterEnvironment, exporterFlags, exporterProgram, get } from './suite/servers.js'

const article = 'the article of 2016'
const least = 'the least possible'
const concurrencies = [64, 128]
const sequentialCalls = 50

/**
 * How long a collection takes when a call takes 20 ms. The least possible is as many rounds of calls as the concurrency allows,
 * and two more for what has to come before: the list, and for a login.
 */
export const benchCollect: Bench = async ({ sizes, rounds, isShort }) => {
  const [instances = 1_000] = sizes ?? []
  const api = await startApiServer([instances])
  try {
    const namespace = api.namespaceOf(instances)
    const pages = Math.ceil(instances / instancesPerService / servicesPerPage)
    const given = [`--url=${api.slowUrl}`, `--namespace=${namespace}`]
    const timeOfCall = () => medianTime(`${api.slowUrl}services/${namespace}/service-00000000/instances/any/metrics`)
    const warm = (concurrency: number) => ({
      name: `warm ${concurrency}`,
      measure: () => reportOf(nodeSubject('collect', 'collect-program', `--concurrency=${concurrency}`), given),
    })
    const cold = (concurrency: number) => ({
      name: `once ${concurrency}`,
      measure: () => timeOfOnce(api.slowUrl, namespace, concurrency),
    })
    const ofArticle = {
      name: article,
      measure: () =>
        reportOf(nodeSubject(article, 'peers/article-whole'), [
          ...given,
          `--instances=${instances}`,
          '--concurrency=1',
          '--warm=0',
          '--measured=1',
        ]),
    }
    const subjects = [...concurrencies.flatMap((count) => [warm(count), cold(count)]), ...(isShort ? [] : [ofArticle])]
    const valuesOf = await inRounds(rounds, subjects, async ({ measure }) => ({
      call: await timeOfCall(),
      ...(await measure()),
    }))
    const figures: Figure[] = []
    const what = `a collection of ${thousands(instances)} instances at 20 ms a call`
    for (const concurrency of concurrencies) {
      const against = (name: string, title: string, time: (report: Report) => number, goal: Goal) => {
        const leastOf = ({ call = Number.NaN }: Report) => (Math.ceil((pages + instances) / concurrency) + 2) * call
        const peer = { name: least, values: valuesOf(name, leastOf) }
        figures.push({
          what: `${what}, ${concurrency} at a time, ${title}`,
          unit: 'ms',
          ours: valuesOf(name, time),
          peer,
          goal,
        })
      }
      const limit = concurrency <= 64 ? 1.1 : 1.25
      const share = (limit: number) => ({ of: 'share' as const, limit })
      against(`warm ${concurrency}`, 'warm', ({ warm = Number.NaN }) => warm, share(limit))
      against(`warm ${concurrency}`, 'the first of a process', ({ first = Number.NaN }) => first, share(2))
      against(`once ${concurrency}`, '`once` from start to exit', ({ wall = Number.NaN }) => wall, share(2))
    }
    const wallOfArticle = valuesOf(article, ({ wall = Number.NaN }) => wall)
    if (wallOfArticle.length > 0) {
      figures.push({
        what: `${what}, 64 at a time, warm`,
        unit: 'ms',
        ours: valuesOf('warm 64', ({ warm = Number.NaN }) => warm),
        peer: { name: article, values: wallOfArticle },
        goal: { of: 'times', limit: 140 },
      })
    }
    const calls = { login: 0, listServices: pages, getService: 0, listInstances: 0, getInstanceMetrics: instances }
    for (const [name, limit] of Object.entries(calls)) {
      const counted = valuesOf('warm 64', ({ [name]: count = 0 }) => count)
      figures.push({ what: `calls of a collection: ${name}`, unit: '', ours: counted, goal: { of: 'value', limit } })
    }
    const noteOnApi = `A call takes ${spreadOf(valuesOf('warm 64', ({ call = Number.NaN }) => call)).median.toFixed(2)} ms when it is made alone: nginx waits 20 ms.`
    return { figures, notes: [noteOnApi] }
  } finally {
    await api.stop()
  }
}

/** How long a call takes that is made alone, on an open connection, in milliseconds. */
const medianTime = async (url: string): Promise<number> => {
  const times: number[] = []
  for (let call = 0; call < sequentialCalls; call += 1) {
    const begun = performance.now()
    await get(url)
    times.push(performance.now() - begun)
  }
  return spreadOf(times).median
}

/** The command `once`, from the start of its process to the end. */
const timeOfOnce = async (url: string, namespace: string, concurrency: number): Promise<Report> => {
  const flags = exporterFlags(url, namespace, `--alauda.max-concurrency=${concurrency}`)
  const begun = performance.now()
  const child = spawn(process.execPath, [exporterProgram, 'once', ...flags], {
    env: exporterEnvironment,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error(`exporter-http once ended with ${status}`)
  return { wall: performance.now() - begun }
}
