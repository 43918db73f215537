import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { decodeFaults, type Fault } from './fault.js'
import { parseJson } from './json.js'

export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'problems'; readonly problems: ReadonlyArray<string> }
  | { readonly kind: 'run'; readonly settings: Settings }

const flags = {
  port: ['NUMBER', 'port on 127.0.0.1; 0 takes a free one (default 0)'],
  world: ['NAME', 'article: the services of a small team; large: many equal services (default article)'],
  services: ['NUMBER', 'services of the large world (default 200)'],
  instances: ['NUMBER', 'instances of each service of the large world (default 5)'],
  latency: ['DURATION', 'delay of every answer, such as 20ms or 1s (default 0ms)'],
  'cpu-utilization': [
    'mean|momentary',
    'meaning of cpu_utilization: the mean since the container started, of one core,',
    "as in the vendor's sample; or that of the last second, of the CPU limit (default mean)",
  ],
  seed: ['NUMBER', 'decides uuids and loads of the world (default 1)'],
  username: ['NAME', 'name of the only account (default demo)'],
  'password-file': ['FILE', 'file with its password; or set ALAUDA_SIMULATOR_PASSWORD (default demo)'],
  namespace: ['NAME', 'namespace of the services (default demo)'],
  faults: ['FILE', 'file with a JSON list of initial faults (default none)'],
  help: ['', 'print this text'],
} as const
type Flag = keyof typeof flags

const indent = `\n${' '.repeat(24)}`
const flagHelp = ([flag, [placeholder, ...lines]]: [string, ReadonlyArray<string>]): string => {
  const start = `  --${flag} ${placeholder}`
  return start.length < 24 ? start.padEnd(24) + lines.join(indent) : start + indent + lines.join(indent)
}

export const help = `Usage: alauda-simulator [flags]

A cloud that answers like the Alauda Cloud API v1. Prints its base URL, and serves until a signal stops it.

${Object.entries(flags).map(flagHelp).join('\n')}
`

const isFlag = (name: string): name is Flag => Object.hasOwn(flags, name)

type Environment = Readonly<Record<string, string | undefined>>

/** The settings in arguments and environment, or everything that is wrong with them. */
export const parseCommandLine = (args: ReadonlyArray<string>, environment: Environment): CommandLine => {
  const problems: string[] = []
  const given = new Map<Flag, string>()
  const { help: _help, ...withValue } = flags
  const options = Object.fromEntries(Object.keys(withValue).map((flag) => [flag, { type: 'string' as const }]))
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`"${token.value}": unexpected argument, expected flags`)
    if (token.kind !== 'option') continue
    if (token.name === 'help') return { kind: 'help' }
    if (!isFlag(token.name)) problems.push(`${token.rawName}: unknown flag, expected one of those in --help`)
    else if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
      problems.push(`${token.rawName}: no value given`)
    } else given.set(token.name, token.value)
  }
  const settings = settingsIn(given, environment, problems)
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'run', settings }
}

type Settings = ReturnType<typeof settingsIn>

/** Adds what is wrong to the problems. */
const settingsIn = (given: ReadonlyMap<Flag, string>, environment: Environment, problems: string[]) => {
  const wrong = (flag: Flag, expected: string): void => {
    problems.push(`--${flag}: "${given.get(flag)}" given, expected ${expected}`)
  }
  const whole = (flag: Flag, otherwise: number, min: number, max: number): number => {
    const text = given.get(flag) ?? String(otherwise)
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= min && value <= max)) wrong(flag, `a whole number from ${min} to ${max}`)
    return value
  }
  const ofLargeWorld = (flag: Flag, otherwise: number, max: number): number => {
    if (given.has(flag) && given.get('world') !== 'large') problems.push(`--${flag}: requires --world large`)
    return whole(flag, otherwise, 0, max)
  }
  const name = (flag: Flag): string => {
    if (given.get(flag) === '') wrong(flag, 'a name')
    return given.get(flag) ?? 'demo'
  }
  const oneOf = <const Word extends string>(flag: Flag, first: Word, second: Word): Word => {
    const text = given.get(flag) ?? first
    if (text !== first && text !== second) wrong(flag, `${first} or ${second}`)
    return text === second ? second : first
  }
  const latency = (): number => {
    const [, number, unit] = /^(\d+)(ms|s)$/.exec(given.get('latency') ?? '0ms') ?? []
    if (number === undefined) wrong('latency', 'a duration such as 20ms or 1s')
    return Number(number) * (unit === 's' ? 1000 : 1)
  }
  const contentsOf = (flag: Flag): string | undefined => {
    const file = given.get(flag)
    try {
      return file === undefined ? undefined : readFileSync(file, 'utf8')
    } catch {
      problems.push(`--${flag}: cannot read ${file}`)
      return undefined
    }
  }
  const password = (): string => {
    if (!given.has('password-file')) return environment.ALAUDA_SIMULATOR_PASSWORD ?? 'demo'
    const secret = contentsOf('password-file')?.replace(/\r?\n$/, '')
    if (secret === '') problems.push(`--password-file: ${given.get('password-file')} is empty, expected a password`)
    return secret ?? ''
  }
  const faults = (): ReadonlyArray<Fault> => {
    const text = contentsOf('faults')
    if (text === undefined) return []
    const value = parseJson(text)
    const { faults, wrong } = value === undefined ? { faults: [], wrong: ['invalid JSON'] } : decodeFaults(value)
    for (const what of wrong) problems.push(`--faults: ${given.get('faults')}: ${what}`)
    return faults
  }

  return {
    port: whole('port', 0, 0, 65_535),
    world: oneOf('world', 'article', 'large'),
    services: ofLargeWorld('services', 200, 9_999),
    instances: ofLargeWorld('instances', 5, 1_000),
    seed: whole('seed', 1, 0, Number.MAX_SAFE_INTEGER),
    cpuUtilization: oneOf('cpu-utilization', 'mean', 'momentary'),
    latencyMs: latency(),
    username: name('username'),
    password: password(),
    namespace: name('namespace'),
    faults: faults(),
  }
}
