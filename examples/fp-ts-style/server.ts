import { createServer } from 'node:http'
import { type AlaudaError, createAlaudaClient } from '@alauda-exporter/alauda-client'
import { pipe } from 'fp-ts/lib/function.js'
import type { IO } from 'fp-ts/lib/IO.js'
import * as O from 'fp-ts/lib/Option.js'
import type { Task } from 'fp-ts/lib/Task.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Problem, problemOf } from './problem.js'
import { type Usage, usageOf } from './usage.js'

const { ALAUDA_USERNAME, ALAUDA_PASSWORD, ALAUDA_ENDPOINT, ALAUDA_NAMESPACE, PORT = '3000' } = process.env
if (!ALAUDA_USERNAME || !ALAUDA_PASSWORD) {
  console.error('Set ALAUDA_USERNAME and ALAUDA_PASSWORD.')
  process.exit(2)
}
const namespace = ALAUDA_NAMESPACE || ALAUDA_USERNAME
const { taskEithers } = createAlaudaClient({
  endpoint: ALAUDA_ENDPOINT || undefined,
  credentials: { username: ALAUDA_USERNAME, password: ALAUDA_PASSWORD },
})

interface Answer {
  readonly status: number
  readonly body: ReadonlyArray<Usage> | Problem
}

const answerTo = (path: string, signal: AbortSignal): Task<Answer> =>
  pipe(
    TE.fromOption((): Problem => ({ status: 404, title: 'Ask for /services/<name>.' }))(serviceIn(path)),
    TE.chain((service) => usageOrProblem(service, signal)),
    TE.match(
      (problem): Answer => ({ status: problem.status, body: problem }),
      (usage): Answer => ({ status: 200, body: usage }),
    ),
  )

const usageOrProblem = (service: string, signal: AbortSignal): TE.TaskEither<Problem, ReadonlyArray<Usage>> =>
  pipe(usageOf(taskEithers, { namespace, service, signal }), TE.orElseFirstIOK(log), TE.mapLeft(problemOf))

// The message says what happened, where, and what to do; it holds no secret.
const log =
  (error: AlaudaError): IO<void> =>
  () =>
    console.error(`${error._tag}: ${error.message}`)

const serviceIn = (path: string): O.Option<string> =>
  pipe(
    O.tryCatch(() => decodeURIComponent(new URL(`http://localhost${path}`).pathname)),
    O.chainNullableK((decoded) => /^\/services\/(.+)$/.exec(decoded)?.[1]),
  )

// From here on there are effects.
const server = createServer(async (request, response) => {
  const left = new AbortController()
  response.once('close', () => left.abort())
  const { status, body } = await answerTo(request.url ?? '/', left.signal)()
  if ('retryAfterSeconds' in body) response.setHeader('retry-after', body.retryAfterSeconds)
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`)
})

server.listen(Number(PORT), '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') console.log(`http://127.0.0.1:${address.port}/services/`)
})

// What is being answered is finished; each call has a deadline of its own.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => server.close())
