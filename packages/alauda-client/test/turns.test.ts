import test from 'ava'
import { createAlaudaClient } from '../src/cloud/client.js'
import type { AlaudaClient } from '../src/cloud/doors.js'
import { inShortSteps, inSteps, nextTurn, turnForText } from '../src/turns.js'

const listOf = (one: string) =>
  `[${Array(Math.floor(1_000_000 / (one.length + 1)))
    .fill(one)
    .join(',')}]`
const table = (columns: ReadonlyArray<string>, points: string) =>
  `{"columns":${JSON.stringify(columns)},"points":${points}}`

const window = { start: 0, end: 60, period: '1m' } as const
const metrics = (client: AlaudaClient) =>
  client.getInstanceMetrics({ namespace: 'n', service: 's', instance: 'u' }, window)
const instances = (client: AlaudaClient) => client.listInstances({ namespace: 'n', service: 's' })
const logs = (client: AlaudaClient) => client.getServiceLogs({ namespace: 'n', service: 's' }, { start: 0, end: 60 })
const organizations = (client: AlaudaClient) => client.listOrganizations()
const services = (client: AlaudaClient) => client.listServices('n')

const columns = ['time', 'rx_bytes', 'tx_bytes']
const answers: ReadonlyArray<readonly [string, string, (client: AlaudaClient) => Promise<unknown>]> = [
  ['instances that are numbers', listOf('0'), instances],
  ['instances without a uuid', listOf('{}'), instances],
  ['log entries without anything', listOf('{"a":7}'), logs],
  ['log entries that are lists', listOf('[{}]'), logs],
  ['lines of a log', 'a\n'.repeat(500_000), logs],
  ['organizations without a name', listOf('{"name":null}'), organizations],
  ['services that are numbers', `{"results":${listOf('0')}}`, services],
  ['points of one cell', table(columns, listOf('[0]')), metrics],
  ['points of text', table(columns, listOf('["x","1","."]')), metrics],
  ['points that are none', table(columns, listOf('{"":0}')), metrics],
]

/** How often the event loop turns while `work` is under way. */
const turnsDuring = async (work: () => Promise<unknown>): Promise<number> => {
  let turns = 0
  let isOver = false
  const count = () => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  count()
  await work()
  isOver = true
  return turns
}

const answering = (body: string) =>
  createAlaudaClient({
    credentials: { token: 'abc' },
    maxRetries: 0,
    maxServices: 1_000_000,
    // At once: the turns that are counted are not those in which the answer comes.
    fetch: async () => ({ status: 200, headers: new Headers(), text: async () => body }),
  })

for (const [what, body, call] of answers) {
  test(`1 MB of ${what} are read in many steps, with turns for others between them`, async (t) => {
    const turns = await turnsDuring(() => Promise.allSettled([call(answering(body))]))
    t.true(turns > 3, `${turns}`)
  })
}

// Serial: the answers of other tests would share their turns.

/** How many of 64 answers that come at once are read in each turn of the event loop. */
const readInTurns = async (body: string): Promise<ReadonlyArray<number>> => {
  const client = createAlaudaClient({
    credentials: { token: 'abc' },
    maxConcurrency: 64,
    fetch: async () => ({ status: 200, headers: new Headers(), text: async () => body }),
  })
  let read = 0
  const until: number[] = []
  let isOver = false
  const count = () => {
    until.push(read)
    if (!isOver) setImmediate(count)
  }
  count()
  await Promise.all(Array.from({ length: 64 }, () => instances(client).then(() => (read += 1))))
  isOver = true
  until.push(read)
  return until.slice(1).map((all, index) => all - (until[index] ?? 0))
}

test.serial('short answers that come at once are read in many turns, some in each', async (t) => {
  const counts = await readInTurns('[]')
  t.true(Math.max(...counts) <= 16, `${counts}`)
  // As many turns as answers would cost more than to read them.
  t.true(counts.filter((count) => count > 0).length <= 16, `${counts}`)
})

test.serial('long answers that come at once are read in a turn each', async (t) => {
  const counts = await readInTurns(`[]${' '.repeat(40_000)}`)
  t.is(Math.max(...counts), 1, `${counts}`)
})

test('a million columns are searched once, whatever the number of rows', async (t) => {
  const names = ['time', ...Array.from({ length: 200_000 }, (_, index) => `c${index}`), 'rx_bytes']
  const row = `[${60},${'0,'.repeat(200_000)}7]`
  t.deepEqual(await metrics(answering(table(names, `[${row},${row},${row}]`))), {
    points: [1, 2, 3].map(() => ({ time: 60, rx_bytes: 7 })),
  })
  const short = await metrics(answering(table(names, `[${'[60],'.repeat(100_000)}[120]]`)))
  t.is(short.points.length, 100_001)
})

test('a service with more instances than any has says nothing of them', async (t) => {
  const inlined = (count: number) =>
    `{"service_name":"web","instances":[${Array(count).fill('{"uuid":"a","instance_name":"w"}').join(',')}]}`
  const read = (count: number) => answering(inlined(count)).getService({ namespace: 'n', service: 'web' })
  t.is((await read(10_000)).instances?.length, 10_000)
  t.deepEqual(await read(10_001), { service_name: 'web', unreadableFields: ['instances'] })
})

test('a service with more labels or ports, or longer JSON in a text, than any has says nothing of them', async (t) => {
  const read = (field: string, value: unknown) =>
    answering(JSON.stringify({ service_name: 'web', [field]: value })).getService({ namespace: 'n', service: 'web' })
  const links = (length: number) => JSON.stringify({ a: 'x'.repeat(length - '{"a":""}'.length) })
  for (const [field, some, tooMuch] of [
    ['labels', Array(1000).fill({ key: 'a' }), Array(1001).fill({ key: 'a' })],
    ['instance_ports', Array(1000).fill({ container_port: 80 }), Array(1001).fill({ container_port: 80 })],
    ['linked_to_apps', links(65_536), links(65_537)],
  ] as const) {
    t.deepEqual(Object.keys(await read(field, some)), ['service_name', field])
    t.deepEqual(await read(field, tooMuch), { service_name: 'web', unreadableFields: [field] })
  }
})

test('of those that wait for a turn, one continues in each', async (t) => {
  t.true((await turnsDuring(() => Promise.all([1, 2, 3].map(() => nextTurn())))) >= 3)
})

test.serial('a text that waits to be read waits for a few turns, however many others wait for theirs', async (t) => {
  const others = Array.from({ length: 64 }, () => nextTurn())
  const turns = await turnsDuring(() => Promise.all(Array.from({ length: 9 }, () => turnForText(' '.repeat(5_000)))))
  t.true(turns <= 6, `${turns}`)
  await Promise.all(others)
})

test.serial('who waits for a turn waits for two, however many texts wait to be read', async (t) => {
  const text = ' '.repeat(70_000)
  let read = 0
  const texts = Array.from({ length: 64 }, async () => {
    await turnForText(text)
    read += 1
  })
  const turns = await turnsDuring(() => nextTurn())
  t.true(turns <= 4, `${turns}`)
  t.true(read < 4, `${read}`)
  await Promise.all(texts)
  t.is(read, 64)
})

test('short work in short steps ends before anything else; in steps it begins after others that wait', async (t) => {
  const steps = function* () {
    yield
    yield
    return 7
  }
  t.is(await turnsDuring(async () => t.is(await inShortSteps(steps()), 7)), 1)
  t.true((await turnsDuring(async () => t.is(await inSteps(steps()), 7))) > 1)
})
