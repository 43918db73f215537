import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Fault } from './fault.js'
import { decodeFaults } from './fault-decoding.js'
import { parseJson } from './json.js'
import type { CpuUtilization } from './metric-point.js'

/** The decoded command line. */
export type CommandLine =
  | { readonly kind: 'help' }
  | { readonly kind: 'faults'; readonly faults: ReadonlyArray<string> }
  | { readonly kind: 'run'; readonly settings: Settings }

export interface Settings {
  readonly port: number
  readonly world: 'article' | 'large'
  readonly services: number
  readonly instances: number
  readonly seed: number
  readonly cpuUtilization: CpuUtilization
  readonly latencyMs: number
  readonly username: string
  readonly password: string
  readonly namespace: string
  /** Faults of the cloud, not errors of the command line. */
  readonly cloudFaults: ReadonlyArray<Fault>
}

const flags = [
  'port',
  'world',
  'services',
  'instances',
  'latency',
  'seed',
  'cpu-utilization',
  'username',
  'password-file',
  'namespace',
  'faults',
] as const
type Flag = (typeof flags)[number]

export const help = `Usage: alauda-simulator [flags]

A cloud that answers like the Alauda Cloud API v1. Prints its base URL and serves until a signal ends it.

  --port NUMBER         port on 127.0.0.1; 0 selects a free one (default 0)
  --world NAME          article: the services of a small team; large: many equal services (default article)
  --services NUMBER     services of the large world (default 200)
  --instances NUMBER    instances of each service of the large world (default 5)
  --latency DURATION    delay of every answer, like 20ms or 1s (default 0ms)
  --cpu-utilization mean|momentary
                        meaning of cpu_utilization: the mean since the container started, of one core, as in the vendor's
                        sample; or that of the last second, of the CPU limit (default mean)
  --seed NUMBER         seed of the world (default 1)
  --username NAME       user name of the only account (default demo)
  --password-file FILE  file with its password; or set ALAUDA_SIMULATOR_PASSWORD (default demo)
  --namespace NAME      namespace of the services (default demo)
  --faults FILE         file with a JSON list of faults to start with (default none)
  --help                this text
`

/** Decodes the arguments and the environment, or returns every problem. */
export const parseCommandLine = (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string | undefined>>,
): CommandLine => {
  const faults: string[] = []
  const given = new Map<Flag, string>()
  const options = Object.fromEntries(flags.map((flag) => [flag, { type: 'string' as const }]))
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, help: { type: 'boolean', short: 'h' } },
    strict: false,
    tokens: true,
  })
  for (const token of tokens) {
    if (token.kind === 'positional') faults.push(`${token.value}: unexpected argument, only flags are accepted.`)
    if (token.kind !== 'option') continue
    if (token.name === 'help') return { kind: 'help' }
    const flag = flags.find((name) => name === token.name)
    if (flag === undefined) faults.push(`${token.rawName}: unknown flag.`)
    else if (token.value === undefined || (!token.inlineValue && token.value.startsWith('--'))) {
      faults.push(`${token.rawName} requires a value.`)
    } else given.set(flag, token.value)
  }

  const whole = (flag: Flag, otherwise: number, least: number, most: number): number => {
    const text = given.get(flag)
    const value = text === undefined ? otherwise : /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= least && value <= most)) faults.push(`--${flag} must be a whole number from ${least} to ${most}.`)
    return value
  }
  const word = (flag: Flag, otherwise: string): string => {
    const text = given.get(flag) ?? otherwise
    if (text === '') faults.push(`--${flag} must not be empty.`)
    return text
  }
  const latency = (): number => {
    const [, number, unit] = /^(\d+)(ms|s)$/.exec(given.get('latency') ?? '0ms') ?? []
    if (number === undefined) faults.push('--latency must be a duration such as 20ms or 1s.')
    return Number(number) * (unit === 's' ? 1000 : 1)
  }
  const world = (): 'article' | 'large' => {
    const name = given.get('world') ?? 'article'
    if (name === 'large') return name
    if (name !== 'article') faults.push('--world must be article or large.')
    else
      for (const flag of ['services', 'instances'] as const) {
        if (given.has(flag)) faults.push(`--${flag} requires --world large.`)
      }
    return 'article'
  }
  const cpuUtilization = (): CpuUtilization => {
    const meaning = given.get('cpu-utilization') ?? 'mean'
    if (meaning === 'mean' || meaning === 'momentary') return meaning
    faults.push('--cpu-utilization must be mean or momentary.')
    return 'mean'
  }
  const password = (): string => {
    const file = given.get('password-file')
    if (file === undefined) return environment.ALAUDA_SIMULATOR_PASSWORD ?? 'demo'
    const text = contentsOf(file)
    const secret = text?.replace(/\r?\n$/, '') ?? ''
    if (text === undefined) faults.push(`--password-file: ${file} cannot be read.`)
    else if (secret === '') faults.push(`--password-file: ${file} is empty.`)
    return secret
  }

  const cloudFaults = (): ReadonlyArray<Fault> => {
    const file = given.get('faults')
    if (file === undefined) return []
    const text = contentsOf(file)
    const value = text === undefined ? undefined : parseJson(text)
    if (text === undefined) faults.push(`--faults: ${file} cannot be read.`)
    else if (value === undefined) faults.push(`--faults: ${file} is not JSON.`)
    if (value === undefined) return []
    const decoded = decodeFaults(value)
    if (decoded.kind === 'faults') return decoded.faults
    for (const what of decoded.wrong) faults.push(`--faults: ${file}: ${what}`)
    return []
  }

  const settings: Settings = {
    port: whole('port', 0, 0, 65_535),
    world: world(),
    services: whole('services', 200, 0, 9_999),
    instances: whole('instances', 5, 0, 1_000),
    seed: whole('seed', 1, 0, Number.MAX_SAFE_INTEGER),
    cpuUtilization: cpuUtilization(),
    latencyMs: latency(),
    username: word('username', 'demo'),
    password: password(),
    namespace: word('namespace', 'demo'),
    cloudFaults: cloudFaults(),
  }
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'run', settings }
}

const contentsOf = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined // the caller reports it with the flag's name
  }
}
