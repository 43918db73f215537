import { type Command, commands, usageOf } from './command-line.js'
import type { Setting } from './setting.js'
import { groups, isFlag } from './table.js'

/** What `--help` says. */
export const helpText = (): string => `Usage: exporter-http [${commands.map(commandUsage).join(' | ')}] [flags]

Prometheus exporter for services on Alauda Cloud (灵雀云).

Commands
${commands.map((command) => `  ${commandUsage(command).padEnd(19)}${command.help}\n`).join('')}
${groups.map(([title, settings]) => groupText(title, settings)).join('\n')}
Others
  --help     Shows this text.
  --version  Shows the version.
`

const commandUsage = ({ name, operand }: Command): string => (operand === undefined ? name : `${name} ${operand}`)

const groupText = (title: string, settings: ReadonlyArray<Setting<unknown>>): string =>
  `${title}\n${settings.filter(isFlag).map(settingText).join('')}`

const settingText = (setting: Setting<unknown>): string => {
  const facts = [
    ...(setting.default === undefined || setting.placeholder === undefined ? [] : [`default ${setting.default}`]),
    ...(setting.demoDefault === undefined ? [] : [`with --demo ${setting.demoDefault}`]),
    ...(setting.environment === undefined ? [] : [`environment ${setting.environment}`]),
  ]
  return `  ${usageOf(setting)}\n      ${setting.help}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}\n`
}
