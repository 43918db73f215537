import { parseArgs } from 'node:util'
import * as E from 'fp-ts/lib/Either.js'
import type { Fault, Setting } from './setting.js'
import { groups } from './table.js'

export const commands = ['serve', 'once'] as const
export type CommandName = (typeof commands)[number]

/** What the command line says, before any value is looked into. */
export interface CommandLine {
  readonly command: CommandName | 'help' | 'version'
  /** The values of each flag, by its name without `--`. */
  readonly flags: ReadonlyMap<string, ReadonlyArray<string>>
}

const settings = new Map(groups.flatMap(([, rows]) => rows.map((row) => [row.flag, row] as const)))

/**
 * Splits the arguments into command and flags, and tells everything that is wrong with them at once.
 *
 * @example
 * parseCommandLine(['once', '--alauda.namespace=demo'])
 * // right({ command: 'once', flags: new Map([['alauda.namespace', ['demo']]]) })
 */
export const parseCommandLine = (args: ReadonlyArray<string>): E.Either<ReadonlyArray<Fault>, CommandLine> => {
  const { tokens } = parseArgs({
    args: [...args],
    options: knownOptions,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const faults: Fault[] = []
  const flags = new Map<string, string[]>()
  let command: CommandLine['command'] | undefined

  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      const known = commands.find((name) => name === token.value)
      if (known === undefined) faults.push(`${token.value}: there is no such command; there are ${commands.join(', ')}`)
      else if (command !== undefined) faults.push(`${token.value}: there is a command before it already`)
      else command = known
    } else if (token.name === 'help' || token.name === 'h') return E.right({ command: 'help', flags })
    else if (token.name === 'version') return E.right({ command: 'version', flags })
    else {
      const setting = settings.get(token.name)
      const value = setting?.placeholder === undefined ? (token.value ?? 'true') : token.value
      if (setting === undefined) faults.push(`${token.rawName}: there is no such flag; ${adviceFor(token.name)}`)
      else if (value === undefined || (!token.inlineValue && value.startsWith('--')))
        faults.push(`${token.rawName}: needs a value, as in ${usageOf(setting)}`)
      else if (flags.has(token.name) && setting.isList !== true) faults.push(`${token.rawName}: is given twice`)
      else flags.set(token.name, [...(flags.get(token.name) ?? []), value])
    }
  }
  return faults.length > 0 ? E.left(faults) : E.right({ command: command ?? 'serve', flags })
}

/** A flag as one would write it: `--collect.interval=DURATION`. */
export const usageOf = ({ flag, placeholder }: Setting<unknown>): string =>
  placeholder === undefined ? `--${flag}` : `--${flag}=${placeholder}`

const knownOptions = Object.fromEntries([
  ...[...settings.values()].map(
    ({ flag, placeholder }) =>
      [flag, { type: placeholder === undefined ? 'boolean' : 'string', multiple: true }] as const,
  ),
  ['help', { type: 'boolean' }] as const,
  ['version', { type: 'boolean' }] as const,
])

const adviceFor = (name: string): string => {
  if (name === 'alauda.password') return 'set ALAUDA_PASSWORD or --alauda.password-file, others could read a flag'
  if (name === 'alauda.token') return 'set ALAUDA_TOKEN or --alauda.token-file, others could read a flag'
  return 'see --help'
}
