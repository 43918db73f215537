import { parseArgs } from 'node:util'
import { printable } from '@alauda-exporter/alauda-client'
import type { Fault, Setting } from './setting.js'
import { flags } from './table.js'

export type CommandName = 'serve' | 'once' | 'plan' | 'check-config'

export interface Command {
  readonly name: CommandName
  readonly help: string
  /** What stands for the one thing that it takes beside flags. */
  readonly operand?: string
}

export const commands: ReadonlyArray<Command> = [
  { name: 'serve', help: 'Collects in the background and serves the metrics over HTTP. The default.' },
  { name: 'once', help: 'Collects once, writes the metrics to standard output and ends.' },
  { name: 'plan', help: 'Logs in, lists what there is, and tells what a collection will cost.' },
  {
    name: 'check-config',
    operand: 'FILE',
    help: 'Tells all that is wrong with a settings file. Takes no flags, and calls nobody.',
  },
]

/** What the command line says, before any value is looked into. */
export interface CommandLine {
  readonly command: CommandName | 'help' | 'version'
  /** The file that `check-config` is to check. */
  readonly operand?: string
  /** The values of each flag, by its name without `--`. */
  readonly flags: ReadonlyMap<string, ReadonlyArray<string>>
  /** What is wrong with the command line itself. */
  readonly faults: ReadonlyArray<Fault>
}

const settings = new Map(flags.map((row) => [row.flag, row] as const))

/**
 * Splits the arguments into command and flags, and tells everything that is wrong with them at once.
 *
 * @example
 * parseCommandLine(['once', '--alauda.namespace=demo'])
 * // { command: 'once', flags: new Map([['alauda.namespace', ['demo']]]), faults: [] }
 */
export const parseCommandLine = (args: ReadonlyArray<string>): CommandLine => {
  const oneHyphen = oneHyphenIn(args)
  const twoHyphens = args.filter((_, index) => !oneHyphen.includes(index))
  const { tokens } = parseArgs({
    args: twoHyphens,
    options: knownOptions,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  // No fault repeats a value: it may be a secret.
  const faults: Fault[] = oneHyphen.map((index) => `${oneHyphenName(args[index] ?? '')}: flags begin with two hyphens`)
  const flags = new Map<string, string[]>()
  const operands: string[] = []
  let command: Command | undefined
  let isAfterUnknownFlag = faults.length > 0

  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      if (command?.operand !== undefined) {
        operands.push(token.value)
        continue
      }
      const known = commands.find(({ name }) => name === token.value)
      // After a flag that there is not, it may be that flag's value.
      if (known === undefined && isAfterUnknownFlag) continue
      if (known === undefined)
        faults.push(
          `${token.value}: there is no such command; there are ${commands.map(({ name }) => name).join(', ')}`,
        )
      else if (command !== undefined) faults.push(`${token.value}: there is a command before it already`)
      else command = known
      continue
    }
    if (token.name === 'help' || token.name === 'h') return { command: 'help', flags, faults: [] }
    if (token.name === 'version') return { command: 'version', flags, faults: [] }
    const setting = settings.get(token.name)
    if (setting === undefined) {
      isAfterUnknownFlag = true
      faults.push(`${token.rawName}: there is no such flag; ${adviceFor(token.name)}`)
      continue
    }
    const value = setting.placeholder === undefined ? (token.value ?? 'true') : token.value
    // What is itself a flag was not meant as a value; whoever means it writes it after =.
    if (value === undefined || (!token.inlineValue && isFlagName(value))) {
      faults.push(`${token.rawName}: needs a value, as in ${usageOf(setting)}`)
    } else if (flags.has(token.name) && setting.isList !== true) faults.push(`${token.rawName}: is given twice`)
    else flags.set(token.name, [...(flags.get(token.name) ?? []), value])
  }
  const [operand] = operands
  return {
    command: command?.name ?? 'serve',
    ...(operand === undefined ? {} : { operand }),
    flags,
    faults: (command?.operand === undefined ? faults : [...faults, ...operandFaults(command, operands, flags)]).map(
      printable,
    ),
  }
}

const operandFaults = (
  { name, operand = '' }: Command,
  { length }: ReadonlyArray<string>,
  flags: CommandLine['flags'],
): ReadonlyArray<Fault> => [
  ...(length === 0 ? [`${name}: needs a file, as in ${name} ${operand}`] : []),
  ...(length > 1 ? [`${name}: takes one file, not ${length}`] : []),
  ...(flags.size > 0 ? [`${name}: takes no flags, only a file`] : []),
]

/** A flag as one would write it: `--collect.interval=DURATION`. */
export const usageOf = ({ flag, placeholder }: Setting<unknown>): string =>
  placeholder === undefined ? `--${flag}` : `--${flag}=${placeholder}`

// `-pSECRET` would be a name and a value at once: only names of flags are repeated.
const oneHyphenName = (arg: string): string => {
  const name = arg.replace(/=.*/s, '')
  return /^-(alauda|collect|metrics|web|log|config)\.[a-z.-]+$/.test(name) ? name : name.slice(0, 2)
}

/** The places of the arguments that are flags with one hyphen. The value of a flag may begin with one. */
const oneHyphenIn = (args: ReadonlyArray<string>): ReadonlyArray<number> => {
  const found: number[] = []
  for (let index = 0; index < args.length && args[index] !== '--'; index += 1) {
    const arg = args[index] ?? ''
    if (/^-[^-]/.test(arg) && arg !== '-h') found.push(index)
    if (arg.startsWith('--') && settings.get(arg.slice(2))?.placeholder !== undefined) index += 1
  }
  return found
}

const isFlagName = (arg: string): boolean => {
  const [, name = ''] = /^--([^=]+)/.exec(arg) ?? []
  return settings.has(name) || name === 'help' || name === 'version'
}

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
