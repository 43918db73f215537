import { readFileSync } from 'node:fs'
import * as E from 'fp-ts/lib/Either.js'
import type { Io } from './commands/io.js'
import { once } from './commands/once.js'
import { serve } from './commands/serve.js'
import { startDemo } from './demo.js'
import { parseCommandLine } from './settings/command-line.js'
import { helpText } from './settings/help.js'
import type { Fault } from './settings/setting.js'
import { readSettings, type Settings } from './settings/settings.js'
import { version } from './version.js'

const commands = { serve, once }

/**
 * The command `exporter-http`. Gives the exit status: 0 for success, 1 for a failure, 2 for wrong settings.
 *
 * @example
 * process.exitCode = await main(process.argv.slice(2), process.env, { stdout: write, stderr: write })
 */
export const main = async (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string | undefined>>,
  io: Io,
): Promise<number> => {
  const { command, flags, faults } = parseCommandLine(args)
  if (command === 'help' || command === 'version') {
    io.stdout(command === 'help' ? helpText() : `exporter-http ${version}, Node.js ${process.versions.node}\n`)
    return 0
  }
  const settings = readSettings({ flags, environment, readFile: (path) => readFileSync(path, 'utf8') })
  if (E.isLeft(settings)) return refuse([...faults, ...settings.left], io)
  return faults.length > 0 ? refuse(faults, io) : run(commands[command], settings.right, io)
}

const run = async (command: typeof serve, settings: Settings, io: Io): Promise<number> => {
  if (settings.account !== undefined) return command(settings, settings.account, io)
  const demo = await startDemo()
  if (command === serve)
    io.stdout(`An embedded cloud answers at ${demo.account.endpoint} (user name and password: demo)\n`)
  try {
    return await command(settings, demo.account, io)
  } finally {
    await demo.stop()
  }
}

const refuse = (faults: ReadonlyArray<Fault>, io: Io): number => {
  for (const fault of faults) io.stderr(`exporter-http: ${fault}\n`)
  return 2
}
