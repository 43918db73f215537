import { type Command, commands } from './command-line.js'
import type { Setting } from './setting.js'
import { groups, isFlag, usageOf } from './table.js'

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
