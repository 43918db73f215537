import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { checkConfig } from './commands/check-config.js'
import { type Io, type Output, outputTo, refuse } from './commands/io.js'
import { once } from './commands/once.js'
import { plan } from './commands/plan.js'
import { serve } from './commands/serve.js'
import { version } from './own-metrics.js'
import { helpText, parseCommandLine } from './settings/command-line.js'
import { noProxies } from './settings/proxy.js'
import { readSettings, type Settings } from './settings/settings.js'
import { codeOf, withFiles } from './toolkit/config/files.js'
import type { Checked } from './toolkit/config/problem.js'
import { readWebFile } from './toolkit/web-config/web-config.js'

const commands = { serve, once, plan }

/**
 * The command `exporter-http`. `args` are what follows its name, `environment` is what settings are read from beside them.
 * Gives the exit status: 0 for success, 1 for a failure, as of the output, 2 for wrong settings. `serve` ends with SIGINT or
 * SIGTERM only; then it takes its listeners for signals away again.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { main } from '@alauda-exporter/exporter-http'
 *
 * let page = ''
 * const environment = { ALAUDA_ENDPOINT: process.env.ALAUDA_ENDPOINT, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }
 * const status = await main(['once'], environment, {
 *   stdout: (text) => {
 *     page += text
 *   },
 *   stderr: (text) => process.stderr.write(text),
 * })
 * assert.equal(status, 0)
 * assert.match(page, /^alauda_up\{namespace="demo"\} 1$/m)
 * ```
 */
export const main = async (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string | undefined>>,
  io: Io,
): Promise<number> => {
  const output = outputTo(io)
  const commandLine = parseCommandLine(args)
  const status = await runCommandLine(commandLine, environment, output)
  // A server continues without a reader of its standard output.
  if (commandLine.command === 'serve') return status
  const failure = await output.failure()
  if (failure === undefined) return status
  output.stderr(`exporter-http: standard output: cannot be written (${codeOf(failure)})\n`)
  return status === 0 ? 1 : status
}

const runCommandLine = async (
  { command, operand = '', flags, problems }: ReturnType<typeof parseCommandLine>,
  environment: Parameters<typeof main>[1],
  io: Output,
): Promise<number> => {
  if (command === 'help' || command === 'version') {
    io.stdout(command === 'help' ? helpText() : `exporter-http ${version}, Node.js ${process.versions.node}\n`)
    return 0
  }
  if (command === 'check-config') return problems.length > 0 ? refuse(problems, io) : checkConfig(operand, io)
  const readAgain = () =>
    withFiles((readFile) =>
      readSettings({ flags, environment, readFile }, (file, report) => {
        if (command === 'serve') readWebFile(file, readFile, report)
      }),
    )
  const settings = await readAgain()
  if (E.isLeft(settings)) return refuse([...problems, ...settings.left], io)
  return problems.length > 0 ? refuse(problems, io) : run(commands[command], settings.right, io, readAgain)
}

const run = async (
  command: typeof serve,
  settings: Settings,
  io: Io,
  readAgain: () => Promise<Checked<Settings>>,
): Promise<number> => {
  if (settings.accounts.length > 0) return command(settings, io, readAgain)
  // An embedded cloud with an account of its own, for people who want to see before they sign in.
  const { startSimulator } = await import('@alauda-exporter/alauda-simulator')
  const cloud = await startSimulator()
  const account = {
    endpoint: cloud.url,
    credentials: { username: 'demo', password: 'demo' },
    namespaces: ['demo'],
    labels: {},
    connection: { proxies: noProxies },
  }
  const withDemo = (read: Settings): Settings => ({ ...read, accounts: [{ ...account, client: read.client }] })
  if (command === serve) io.stdout(`An embedded cloud answers at ${cloud.url} (user name and password: demo)\n`)
  try {
    return await command(withDemo(settings), io, async () => pipe(await readAgain(), E.map(withDemo)))
  } finally {
    await cloud.close()
  }
}
