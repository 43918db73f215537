import { parseArgs } from 'node:util'
import { nearest } from '@alauda-exporter/alauda-client/options'
import type { Problem } from '../toolkit/config/problem.js'
import type { Setting } from './setting.js'
import { all, flags, groups, isFlag, usageOf } from './table.js'

export type CommandName = 'serve' | 'once' | 'plan' | 'check-config'

export interface Command {
  readonly name: CommandName
  readonly help: string
  /** What stands for its operand in the help. */
  readonly operand?: string
}

export const commands: ReadonlyArray<Command> = [
  { name: 'serve', help: 'Collects in the background and serves the metrics over HTTP. The default.' },
  { name: 'once', help: 'Collects once, writes the metrics to standard output and ends.' },
  { name: 'plan', help: 'Logs in, lists what there is, and estimates the cost of a collection.' },
  {
    name: 'check-config',
    operand: 'FILE',
    help: 'Reports every problem of a settings file. Takes no flags and makes no calls.',
  },
]

/** What the command line says, before any value is parsed. */
export interface CommandLine {
  readonly command: CommandName | 'help' | 'version'
  /** The file that `check-config` is to check. */
  readonly operand?: string
  /** The values of each flag, by its name without `--`. */
  readonly flags: ReadonlyMap<string, ReadonlyArray<string>>
  /** The problems of the command line itself. */
  readonly problems: ReadonlyArray<Problem>
}

const commandNames = commands.map(({ name }) => name).join(', ')

const settings = new Map(flags.map((row) => [row.flag, row] as const))

/**
 * Splits the arguments into command and flags, with every problem at once.
 *
 * @example
 * parseCommandLine(['once', '--alauda.namespace=demo'])
 * // { command: 'once', flags: new Map([['alauda.namespace', ['demo']]]), problems: [] }
 */
export const parseCommandLine = (args: ReadonlyArray<string>): CommandLine => {
  const { tokens } = parseArgs({
    // A flag with one hyphen would be read as several of one letter each.
    args: args.map((arg) => (isOneHyphenFlag(arg) ? `--${arg}` : arg)),
    options: knownOptions,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  // No problem repeats a value: it may be a secret.
  const problems: Problem[] = []
  const refuse = (setting: string, what: string, advice: Advice = {}) =>
    problems.push({ origin: 'command line', setting, what, ...advice })
  const flags = new Map<string, string[]>()
  const operands: string[] = []
  let command: Command | undefined
  let isAfterUnknownFlag = false

  for (const token of tokens) {
    const arg = args[token.index] ?? ''
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      const known = commands.find(({ name }) => name === arg)
      if (command?.operand !== undefined) operands.push(arg)
      else if (known !== undefined && command !== undefined) refuse(arg, 'second command given', { expected: 'one' })
      else if (known !== undefined) command = known
      // After an unknown flag it may be that flag's value.
      else if (!isAfterUnknownFlag) refuse(arg || '""', 'unknown command', { expected: `one of ${commandNames}` })
      continue
    }
    if (token.name === 'help' || token.name === 'h') return { command: 'help', flags, problems: [] }
    if (token.name === 'version') return { command: 'version', flags, problems: [] }
    const setting = settings.get(token.name)
    if (setting === undefined) {
      isAfterUnknownFlag = true
      if (isOneHyphenFlag(arg)) refuse(oneHyphenName(arg), 'one hyphen given', { expected: 'two' })
      else refuse(token.rawName, 'unknown flag', adviceFor(token.name))
      continue
    }
    const given = token.inlineValue === false ? args[token.index + 1] : token.value
    const value = takesValue(setting) ? given : (given ?? 'true')
    // A value that is itself a flag must follow an equals sign.
    if (value === undefined || (token.inlineValue === false && isFlagName(value)))
      refuse(token.rawName, 'no value given', { expected: usageOf(setting) })
    else if (flags.has(token.name) && setting.isList !== true) refuse(token.rawName, 'given twice')
    else flags.set(token.name, [...(flags.get(token.name) ?? []), value])
  }
  if (command?.operand === undefined) return { command: command?.name ?? 'serve', flags, problems }
  const { name } = command
  const [operand, ...others] = operands
  if (operand === undefined) refuse(name, 'no file given', { expected: commandUsage(command) })
  if (others.length > 0) refuse(name, `${operands.length} files given`, { expected: 'one' })
  if (flags.size > 0) refuse(name, 'flags given', { expected: 'a file only' })
  return { command: name, ...(operand === undefined ? {} : { operand }), flags, problems }
}

const takesValue = ({ format }: Setting<unknown>): boolean => format.placeholder !== undefined

const isOneHyphenFlag = (arg: string): boolean => /^-[^-]/.test(arg) && arg !== '-h'

const parts = [...new Set(flags.map(({ flag }) => flag.replace(/\..*/, '')))]
const flagWithOneHyphen = new RegExp(`^-(?:${parts.join('|')})\\.[a-z.-]+$`)

// `-pSECRET` would be a name and a value at once: only names of flags are repeated.
const oneHyphenName = (arg: string): string => {
  const name = arg.replace(/=.*/s, '')
  return flagWithOneHyphen.test(name) ? name : name.slice(0, 2)
}

const isFlagName = (arg: string): boolean => {
  const [, name = ''] = /^--([^=]+)/.exec(arg) ?? []
  return settings.has(name) || name === 'help' || name === 'version'
}

const knownOptions = Object.fromEntries([
  ...flags.map((row) => [row.flag, { type: takesValue(row) ? 'string' : 'boolean', multiple: true }] as const),
  ['help', { type: 'boolean' }] as const,
  ['version', { type: 'boolean' }] as const,
])

type Advice = Pick<Problem, 'expected' | 'meant'>

/** What to write instead of an unknown flag. */
const adviceFor = (name: string): Advice => {
  const secret = all.find((row) => !isFlag(row) && row.flag === name)
  if (secret !== undefined)
    return { expected: `${secret.environment} or --${secret.flag}-file: other users can read a flag` }
  const meant = nearest(name, [...settings.keys()])
  return meant === undefined ? { expected: 'one of those in --help' } : { meant: `--${meant}` }
}

/** The text of `--help`. */
export const helpText = (): string => `Usage: exporter-http [${commands.map(commandUsage).join(' | ')}] [flags]

Prometheus exporter for services on Alauda Cloud (灵雀云).

Commands
${commands.map((command) => `  ${commandUsage(command).padEnd(19)}${command.help}\n`).join('')}
${groups.map(([title, settings]) => groupText(title, settings)).join('\n')}
Others
  --help     This text.
  --version  The version.
`

const commandUsage = ({ name, operand }: Command): string => (operand === undefined ? name : `${name} ${operand}`)

const groupText = (title: string, settings: ReadonlyArray<Setting<unknown>>): string =>
  `${title}\n${settings.filter(isFlag).map(settingText).join('')}`

/** The help of a flag, which may be repeated if it is a list. */
export const flagHelp = ({ help, isList }: Setting<unknown>): string => (isList === true ? `${help} Repeatable.` : help)

const settingText = (setting: Setting<unknown>): string => {
  const { default: usual, demoDefault, environment, format } = setting
  const facts = [
    ...(usual === undefined || format.placeholder === undefined ? [] : [`default ${usual}`]),
    ...(demoDefault === undefined ? [] : [`with --demo ${demoDefault}`]),
    ...(environment === undefined ? [] : [`environment ${environment}`]),
  ]
  return `  ${usageOf(setting)}\n      ${flagHelp(setting)}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}\n`
}
