import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { buildPackages } from '../e2e/helpers/packed.js'
import { root } from '../testing/start-process.js'
import { startApiServer } from './suite/api-server.js'
import type { Bench } from './suite/bench.js'
import { type Figure, type Goal, spreadOf, thousands } from './suite/figures.js'
import { instancesPerService, servicesPerPage } from './suite/fixed-answers.js'
import { nodeSubject } from './suite/peers.js'
import { inRounds, type Report, reportOf } from './suite/rounds.js'
import { exporterEnvironment, exporterFlags, get } from './suite/servers.js'

const article = 'the article of 2016'
const callsMadeAlone = 50

/**
 * How long a collection takes when a call takes 20 ms. The least possible is as many rounds of calls as the concurrency allows,
 * and two more for what has to come before: the list, and for a login.
 */
export const benchCollect: Bench = async ({ sizes, rounds, isShort }) => {
  await buildPackages()
  const [instances = 1_000] = sizes ?? []
  const pages = Math.ceil(instances / instancesPerService / servicesPerPage)
  const api = await startApiServer([instances])
  const namespace = api.namespaceOf(instances)
  const address = [`--url=${api.slowUrl}`, `--namespace=${namespace}`]

  /** In a process that continues, and in one that makes a single collection. */
  const subjectsAt = (concurrency: number) => [
    {
      name: `process ${concurrency}`,
      measure: () => reportOf(nodeSubject('collect', 'collect-program', `--concurrency=${concurrency}`), address),
    },
    { name: `once ${concurrency}`, measure: () => timeOfOnce(api.slowUrl, namespace, concurrency) },
  ]
  const ofArticle = {
    name: article,
    measure: () => {
      const flags = [`--instances=${instances}`, '--concurrency=1', '--warm=0', '--measured=1']
      return reportOf(nodeSubject(article, 'peers/article-whole', ...address), flags)
    },
  }

  try {
    const subjects = [...subjectsAt(64), ...subjectsAt(128), ...(isShort ? [] : [ofArticle])]
    const valuesOf = await inRounds(rounds, subjects, async ({ measure }) => {
      const callMadeAlone = await medianTime(
        `${api.slowUrl}services/${namespace}/service-00000000/instances/any/metrics`,
      )
      return { callMadeAlone, ...(await measure()) }
    })
    const figures: Figure[] = []
    const what = `${thousands(instances)} instances at 20 ms a call`
    const againstLeast = (
      concurrency: number,
      kind: 'process' | 'once',
      figure: string,
      title: string,
      goal: number,
    ) => {
      const name = `${kind} ${concurrency}`
      const roundsOfCalls = Math.ceil((pages + instances) / concurrency) + 2
      const least = valuesOf(name, 'callMadeAlone').map((call) => call * roundsOfCalls)
      figures.push({
        what: `${what}, ${concurrency} at a time, ${title}`,
        unit: 'ms',
        ours: valuesOf(name, figure),
        peer: { name: 'the least possible', values: least },
        goal: { of: 'share', limit: goal },
      })
    }
    for (const concurrency of [64, 128]) {
      againstLeast(concurrency, 'process', 'warm', 'warm', concurrency === 64 ? 1.1 : 1.25)
      againstLeast(concurrency, 'process', 'first', 'the first of a process', 2)
      againstLeast(concurrency, 'once', 'wall', '`once` from start to exit', 2)
    }
    const notes = [
      `A call that is made alone takes ${shownMedian(valuesOf('process 64', 'callMadeAlone'))} ms: nginx waits 20 ms.`,
    ]
    if (!isShort) {
      const goal: Goal = { of: 'times', limit: 140 }
      const peer = { name: article, values: valuesOf(article, 'wall') }
      figures.push({
        what: `${what}, 64 at a time, warm`,
        unit: 'ms',
        ours: valuesOf('process 64', 'warm'),
        peer,
        goal,
      })
      const calls = 2 + instances / instancesPerService + instances
      const most = calls / (Math.ceil((pages + instances) / 64) + 2)
      notes.push(
        `The article's exporter makes ${thousands(calls)} calls, one after the other: the least possible is ${most.toFixed(0)} × as fast.`,
      )
    }
    const expected = { login: 0, listServices: pages, getService: 0, listInstances: 0, getInstanceMetrics: instances }
    for (const [call, limit] of Object.entries(expected)) {
      const counted = valuesOf('process 64', call)
      figures.push({ what: `calls of a collection: ${call}`, unit: '', ours: counted, goal: { of: 'value', limit } })
    }
    return { figures, notes }
  } finally {
    await api.stop()
  }
}

const shownMedian = (values: ReadonlyArray<number>): string => spreadOf(values).median.toFixed(1)

/** How long a call takes that is made alone, on an open connection, in milliseconds. */
const medianTime = async (url: string): Promise<number> => {
  const times: number[] = []
  for (let call = 0; call < callsMadeAlone; call += 1) {
    const begun = performance.now()
    await get(url)
    times.push(performance.now() - begun)
  }
  return spreadOf(times).median
}

const publishedProgram = join(root, 'packages/exporter-http/dist/bin.js')

/** The command `once` of the package as it is published, from the start of its process to the end. */
const timeOfOnce = async (url: string, namespace: string, concurrency: number): Promise<Report> => {
  const flags = exporterFlags(url, namespace, `--alauda.max-concurrency=${concurrency}`)
  const begun = performance.now()
  const child = spawn(process.execPath, [publishedProgram, 'once', ...flags], {
    env: exporterEnvironment,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error(`exporter-http once ended with ${status}`)
  return { wall: performance.now() - begun }
}
