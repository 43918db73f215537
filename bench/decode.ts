import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { type AlaudaClient, createAlaudaClient, type FetchLike } from '@alauda-exporter/alauda-client'
import { createCollector, createMetricsPage } from '@alauda-exporter/collector'
import { parseJson } from '../packages/alauda-client/src/http/json.js'
import { printTable } from './suite/table.js'

const answerBytes = 4_000_000

const repeated = (row: string): string =>
  Array(Math.floor(answerBytes / (row.length + 1)))
    .fill(row)
    .join(',')

const listOf = (rows: string): string => `{"count":1,"results":[${rows}]}`

/** Answers of 4 MB, as a cloud or a proxy may give them to a call. */
const answers: Readonly<Record<string, string>> = {
  'a list of empty objects': listOf(repeated('{}')),
  'a list of services without instances': listOf(repeated('{"service_name":"web"}')),
  'a list of services, each of another name': listOf(
    Array.from({ length: 75_000 }, (_, index) => `{"service_name":"service-${index}","uuid":"uuid-of-${index}"}`).join(
      ',',
    ),
  ),
  'one service with many instances': listOf(
    `{"service_name":"web","instances":[${Array.from({ length: 50_000 }, (_, index) => `{"uuid":"uuid-of-${index}","instance_name":"web.${index}"}`).join(',')}]}`,
  ),
  'a list of numbers': listOf(repeated('1')),
  'a list of brackets': listOf(repeated('[[[[[[[[]]]]]]]]')),
  'nothing but empty lists': `[${repeated('[]')}]`,
  'an object of empty objects': `{${repeated('"a":{}')}}`,
  'a service of 300 000 fields': listOf(
    `{${Array.from({ length: 300_000 }, (_, index) => `"f${index}":{}`).join(',')}}`,
  ),
  'services with 1000 labels each': listOf(
    repeated(`{"service_name":"web","labels":[${Array(1000).fill('{"key":"a","value":1}').join(',')}]}`),
  ),
  'a service with JSON in a text': listOf(
    `{"service_name":"web","linked_to_apps":${JSON.stringify(`{${repeated('"a":{}').slice(0, answerBytes / 2)}}`)}}`,
  ),
  'one string': JSON.stringify('x'.repeat(answerBytes)),
  'no JSON': '<'.repeat(answerBytes),
}

/** The same for the other calls that may have long answers. */
const otherAnswers: ReadonlyArray<readonly [string, string, (client: AlaudaClient) => Promise<unknown>]> = [
  [
    'instances without names',
    `[${repeated('{}')}]`,
    (client) => client.listInstances({ namespace: 'demo', service: 'web' }),
  ],
  [
    'points of two cells',
    `{"columns":["time","rx_bytes"],"points":[${repeated('[1,1]')}]}`,
    (client) =>
      client.getInstanceMetrics(
        { namespace: 'demo', service: 'web', instance: 'u' },
        { start: 0, end: 60, period: '1m' },
      ),
  ],
  [
    'lines of a log',
    'a\n'.repeat(answerBytes / 2),
    (client) => client.getServiceLogs({ namespace: 'demo', service: 'web' }, { start: 0, end: 60 }),
  ],
]

const chunksOf = async function* (text: string): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let begin = 0; begin < bytes.length; begin += 65_536) yield bytes.subarray(begin, begin + 65_536)
}

const answering =
  (text: string): FetchLike =>
  async () => {
    // As from a network, an answer comes in a later turn of the event loop.
    await nextTurn()
    return { status: 200, headers: new Headers(), body: chunksOf(text), text: async () => text }
  }

const clientOf = (text: string) =>
  createAlaudaClient({ credentials: { token: 'any' }, fetch: answering(text), maxRetries: 0 })

/** The longest time for which the event loop did nothing else, in milliseconds. */
const longestBlock = async (task: () => Promise<unknown>): Promise<string> => {
  // What was left behind by the task before is not this one's.
  await sleep(200)
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  await sleep(20)
  // A failure is an answer, too: what counts is how long it took.
  await task().catch(() => {})
  await sleep(20)
  delay.disable()
  return (delay.max / 1e6).toFixed(1)
}

/** How long the JSON of an answer takes by itself, in milliseconds: one step, whatever is done with it afterwards. */
const parseTime = (text: string): string => {
  const start = performance.now()
  parseJson(text)
  return (performance.now() - start).toFixed(1)
}

const largeList = (services: number, instances: number): string =>
  listOf(
    Array.from({ length: services }, (_, service) => {
      const own = Array.from(
        { length: instances },
        (_, index) =>
          `{"uuid":"uuid-of-${service}-${index}","instance_name":"service-${service}.${index}","started_at":"2026-01-01T00:00:00Z"}`,
      )
      return `{"service_name":"service-${service}","uuid":"uuid-of-${service}","current_status":"Running","instances":[${own.join(',')}]}`
    }).join(','),
  )

/** A page of metrics of 10 000 instances, which were collected before. */
const pageOf = async () => {
  const now = Math.floor(Date.now() / 1000)
  const points = JSON.stringify({
    columns: ['time', 'cpu_cumulative_usage', 'memory_usage', 'memory_utilization', 'rx_bytes', 'tx_bytes'],
    points: [
      [now - 60, 1e9, 1e8, 50, 1000, 1000],
      [now, 2e9, 1e8, 50, 2000, 2000],
    ],
  })
  const list = largeList(1000, 10)
  const fetch: FetchLike = (url, init) => answering(url.includes('/metrics') ? points : list)(url, init)
  const client = createAlaudaClient({ credentials: { token: 'any' }, fetch, maxRetries: 0 })
  const collector = createCollector({ client, namespaces: ['demo'] })
  await collector.collect()
  const makePage = createMetricsPage(collector)
  return { collect: () => collector.collect(), makePage: () => makePage(new Headers()) }
}

/** The longest blocks of the event loop while large and hostile answers are read, and a large page is made. */
export const benchDecode = async (): Promise<void> => {
  const rows: Array<readonly [string, string, string]> = [['nothing', await longestBlock(() => sleep(500)), '']]
  const measure = async (name: string, text: string, call: (client: AlaudaClient) => Promise<unknown>) => {
    const client = clientOf(text)
    rows.push([`${name} (4 MB)`, await longestBlock(() => call(client)), parseTime(text)])
  }
  for (const [name, text] of Object.entries(answers)) {
    await measure(`${name}, as a list of services`, text, (client) =>
      client.listServices('demo', { timeoutMs: 10_000 }),
    )
  }
  for (const [name, text, call] of otherAnswers) await measure(name, text, call)
  const { collect, makePage } = await pageOf()
  rows.push(['a collection of 10 000 instances', await longestBlock(collect), ''])
  rows.push(['a page of metrics of 10 000 instances', await longestBlock(makePage), ''])
  printTable(['what is read or made', 'longest block, ms', 'of which JSON, ms'], rows)
}
