import { parseArgs } from 'node:util'
import { nearest } from '@alauda-exporter/alauda-client/options'
import type { Problem } from '../toolkit/config/problem.js'
import type { Setting } from './setting.js'
import { flags, groups, isFlag, usageOf } from './table.js'

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

const settings = new Map(flags.map((row) => [row.flag, row] as const))

const wrong = (setting: string, what: string, expected?: string, meant?: string): Problem => ({
  origin: 'command line',
  setting,
  what,
  expected,
  meant,
})

/**
 * Splits the arguments into command and flags, with every problem at once.
 *
 * @example
 * parseCommandLine(['once', '--alauda.namespace=demo'])
 * // { command: 'once', flags: new Map([['alauda.namespace', ['demo']]]), problems: [] }
 */
export const parseCommandLine = (args: ReadonlyArray<string>): CommandLine => {
  const oneHyphen = oneHyphenIn(args)
  const { tokens } = parseArgs({
    args: args.filter((_, index) => !oneHyphen.includes(index)),
    options: knownOptions,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  // No problem repeats a value: it may be a secret.
  const problems = oneHyphen.map((index) => wrong(oneHyphenName(args[index] ?? ''), 'one hyphen given', 'two'))
  const flags = new Map<string, string[]>()
  const operands: string[] = []
  let command: Command | undefined
  let isAfterUnknownFlag = problems.length > 0

  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue
    if (token.kind === 'positional') {
      if (command?.operand !== undefined) {
        operands.push(token.value)
        continue
      }
      const known = commands.find(({ name }) => name === token.value)
      // After an unknown flag it may be that flag's value.
      if (known === undefined && isAfterUnknownFlag) continue
      if (known === undefined)
        problems.push(
          wrong(token.value || '""', 'unknown command', `one of ${commands.map(({ name }) => name).join(', ')}`),
        )
      else if (command !== undefined) problems.push(wrong(token.value, 'second command given', 'one'))
      else command = known
      continue
    }
    if (token.name === 'help' || token.name === 'h') return { command: 'help', flags, problems: [] }
    if (token.name === 'version') return { command: 'version', flags, problems: [] }
    const setting = settings.get(token.name)
    if (setting === undefined) {
      isAfterUnknownFlag = true
      problems.push(unknownFlag(token.rawName, token.name))
      continue
    }
    const value = takesValue(setting) ? token.value : (token.value ?? 'true')
    // A value that is itself a flag must follow an equals sign.
    if (value === undefined || (!token.inlineValue && isFlagName(value))) {
      problems.push(wrong(token.rawName, 'no value given', usageOf(setting)))
    } else if (flags.has(token.name) && setting.isList !== true) problems.push(wrong(token.rawName, 'given twice'))
    else flags.set(token.name, [...(flags.get(token.name) ?? []), value])
  }
  const [operand] = operands
  return {
    command: command?.name ?? 'serve',
    ...(operand === undefined ? {} : { operand }),
    flags,
    problems: command?.operand === undefined ? problems : [...problems, ...operandProblems(command, operands, flags)],
  }
}

const operandProblems = (
  { name, operand = '' }: Command,
  { length }: ReadonlyArray<string>,
  flags: CommandLine['flags'],
): ReadonlyArray<Problem> => [
  ...(length === 0 ? [wrong(name, 'no file given', `${name} ${operand}`)] : []),
  ...(length > 1 ? [wrong(name, `${length} files given`, 'one')] : []),
  ...(flags.size > 0 ? [wrong(name, 'flags given', 'a file only')] : []),
]

const takesValue = ({ format }: Setting<unknown>): boolean => format.placeholder !== undefined

const parts = [...new Set(flags.map(({ flag }) => flag.replace(/\..*/, '')))]
const flagWithOneHyphen = new RegExp(`^-(?:${parts.join('|')})\\.[a-z.-]+$`)

// `-pSECRET` would be a name and a value at once: only names of flags are repeated.
const oneHyphenName = (arg: string): string => {
  const name = arg.replace(/=.*/s, '')
  return flagWithOneHyphen.test(name) ? name : name.slice(0, 2)
}

/** The places of the arguments that are flags with one hyphen. The value of a flag may begin with one. */
const oneHyphenIn = (args: ReadonlyArray<string>): ReadonlyArray<number> => {
  const found: number[] = []
  for (let index = 0; index < args.length && args[index] !== '--'; index += 1) {
    const arg = args[index] ?? ''
    if (/^-[^-]/.test(arg) && arg !== '-h') found.push(index)
    const setting = arg.startsWith('--') ? settings.get(arg.slice(2)) : undefined
    if (setting !== undefined && takesValue(setting)) index += 1
  }
  return found
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

const unknownFlag = (rawName: string, name: string): Problem => {
  const secret = groups.flatMap(([, rows]) => rows).find((row) => !isFlag(row) && row.flag === name)
  if (secret !== undefined) {
    const expected = `${secret.environment} or --${secret.flag}-file: other users can read a flag`
    return wrong(rawName, 'unknown flag', expected)
  }
  const meant = nearest(name, [...settings.keys()])
  return meant === undefined
    ? wrong(rawName, 'unknown flag', 'one of those in --help')
    : wrong(rawName, 'unknown flag', undefined, `--${meant}`)
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
