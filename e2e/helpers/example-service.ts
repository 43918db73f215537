import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { type SimulatorOptions, startSimulator } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import { eventually } from '../../testing/eventually.js'
import { programOf, startProcess } from '../../testing/start-process.js'

/** An example that serves metrics. */
export interface ExampleService {
  /** Its folder below `examples`. */
  readonly name: string
  /** Its program. */
  readonly file: string
  /** What it prints when it serves; the first group is the address of its metrics. */
  readonly serving: RegExp
  /** Where its metrics are below that address, if they are not there. */
  readonly path?: string
  /** The Node.js to run it with. Default: this one. */
  readonly node?: Promise<string>
}

export interface StartedExample {
  readonly server: ReturnType<typeof startProcess>
  /** Where its metrics are. */
  readonly url: string
}

/** Starts the example beside a cloud of its own. */
export const startExample = async (
  t: ExecutionContext,
  { name, file, serving, path = '', node }: ExampleService,
  options: SimulatorOptions = {},
  account = {},
): Promise<StartedExample> => {
  const cloud = await startSimulator(options)
  t.teardown(() => cloud.close())
  const server = startProcess(t, (await node) ?? process.execPath, [programOf(`examples/${name}/${file}`)], {
    cwd: `examples/${name}`,
    env: { ALAUDA_ENDPOINT: cloud.url, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo', PORT: '0', ...account },
  })
  return { server, url: new URL(path, await server.match(serving)).href }
}

/** Starts it for another namespace than the user's. */
export const startForTeam = (t: ExecutionContext, example: ExampleService): Promise<StartedExample> =>
  startExample(t, example, { namespace: 'team' }, { ALAUDA_NAMESPACE: 'team' })

/** Waits until a scrape shows the team: on a busy machine the first one may end before all has been read. */
export const teamIsRead = (url: string): Promise<string> =>
  eventually(
    async () => (await fetch(url)).text(),
    (page) => /^alauda_instance_memory_usage_bytes\{.*kibana\.0/m.test(page),
  )

export const showsTeam = (t: ExecutionContext, page: string): void => {
  t.regex(page, /^alauda_up\{namespace="team"\} 1$/m)
  t.regex(
    page,
    /^alauda_instance_memory_usage_bytes\{namespace="team",service="kibana",instance_name="kibana\.0"\} \d+$/m,
  )
}

/** Text, OpenMetrics and HEAD, each as it is asked for. Gives the answer with the page in text. */
export const answersInEachFormat = async (t: ExecutionContext, url: string): Promise<Response> => {
  await teamIsRead(url)
  const response = await fetch(url)
  t.is(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
  showsTeam(t, await response.text())
  const openMetrics = await fetch(url, { headers: { accept: 'application/openmetrics-text;version=1.0.0' } })
  t.regex(await openMetrics.text(), /^# EOF\n$/m)
  const head = await fetch(url, { method: 'HEAD' })
  t.is(head.status, 200)
  t.true(Number(head.headers.get('content-length')) > 0)
  return response
}

/** The page and the log report a refused password without showing it. Returns the page. */
export const tellsOfRefusal = async (t: ExecutionContext, example: ExampleService): Promise<string> => {
  const { server, url } = await startExample(t, example, {}, { ALAUDA_PASSWORD: 'mistyped' })
  const response = await fetch(url)
  t.is(response.status, 200)
  const page = await response.text()
  t.regex(page, /^alauda_up\{namespace="demo"\} 0$/m)
  await server.match(/(the service list could not be read)/)
  t.notRegex(server.output() + page, /mistyped/)
  return page
}

/** When it is stopped, a scrape that still waits for the cloud gets its answer. */
export const answersBeforeItEnds = async (t: ExecutionContext, example: ExampleService): Promise<void> => {
  const { server, url } = await startExample(t, example, { faults: [{ kind: 'hang' }] })
  const scrape = get(url, { agent: false, headers: { expect: '100-continue' } })
  const answered = new Promise<IncomingMessage>((done, failed) => scrape.on('response', done).on('error', failed))
  await once(scrape, 'continue') // the server has the request
  const [page] = await Promise.all([answered.then(text), server.stop()])
  t.regex(page, /^alauda_api_requests_total\{endpoint="login",code="aborted"\} 1$/m)
  t.notRegex(page, /^alauda_up\{/m) // it did not wait until the cloud is given up
}
