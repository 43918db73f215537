import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { cpuOfProcess } from './process-cpu.js'

/** A server that is measured from outside. */
export interface Server {
  readonly url: string
  /** CPU time of its process and all its threads since it started, in milliseconds; in steps of 10. */
  readonly cpu: () => number
  /** Sends it a message, and gives what it answers: for a program of Node.js. */
  readonly ask: (message: string) => Promise<unknown>
  readonly stop: () => Promise<void>
}

/** Starts a server that writes `Open http://…`, and waits for that. */
export const startServer = async (
  [program = '', ...args]: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv = {},
): Promise<Server> => {
  const child = spawn(program, args, {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill()
    await ended
  }
  const ask = async (message: string): Promise<unknown> => {
    child.send(message)
    const [answer] = await once(child, 'message')
    return answer
  }
  let output = ''
  for await (const chunk of child.stdout ?? []) {
    output += chunk
    const url = /Open (http:\S+)/.exec(output)?.[1]
    if (url === undefined) continue
    child.stdout?.resume()
    return { url, cpu: () => cpuOfProcess(child.pid), ask, stop }
  }
  throw new Error(`${program} ended before it served; it wrote: ${output}`)
}

/** The flags of an exporter that collects an account's instances, and answers on any port. */
export const exporterFlags = (
  apiUrl: string,
  namespace: string,
  ...more: ReadonlyArray<string>
): ReadonlyArray<string> => [
  `--alauda.endpoint=${apiUrl}`,
  `--alauda.namespace=${namespace}`,
  '--web.listen-address=127.0.0.1:0',
  '--collect.max-instances=1000000',
  '--log.level=warn',
  ...more,
]

export const exporterEnvironment = { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }

/** The exporter's program, as it is compiled here. */
export const exporterProgram = fileURLToPath(import.meta.resolve('../../packages/exporter-http/src/bin.js'))

const agent = new Agent({ keepAlive: true })

/** What a GET is answered; `bytes` are those of the body as it came. */
export const get = (
  url: string | URL,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: Buffer }> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { agent, headers }, (response) => {
      const chunks: Buffer[] = []
      response
        .on('data', (chunk: Buffer) => chunks.push(chunk))
        .once('error', reject)
        .once('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
        })
    })
    // The server may close an idle connection at the moment when it is used again: Prometheus then asks on another one, too.
    asked.once('error', (error) => (asked.reusedSocket ? resolve(get(url, headers)) : reject(error))).end()
  })

/** Waits until the page at `/metrics` shows so many instances. */
export const untilShown = async (url: string, instances: number): Promise<void> => {
  for (;;) {
    const { body, headers } = await get(new URL('/metrics', url))
    const page = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    if (page.toString().split('\nalauda_instance_memory_usage_bytes{').length - 1 === instances) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
