import { usageOf } from './command-line.js'
import type { Setting } from './setting.js'
import { groups } from './table.js'

/** What `--help` says. */
export const helpText = (): string => `Usage: exporter-http [serve | once] [flags]

Prometheus exporter for services on Alauda Cloud (灵雀云).

Commands
  serve    Collects in the background and serves the metrics over HTTP. The default.
  once     Collects once, writes the metrics to standard output and ends.

${groups.map(([title, settings]) => groupText(title, settings)).join('\n')}
Others
  --help     Shows this text.
  --version  Shows the version.
`

const groupText = (title: string, settings: ReadonlyArray<Setting<unknown>>): string =>
  `${title}\n${settings.map(settingText).join('')}`

const settingText = (setting: Setting<unknown>): string => {
  const facts = [
    ...(setting.default === undefined || setting.placeholder === undefined ? [] : [`default ${setting.default}`]),
    ...(setting.demoDefault === undefined ? [] : [`with --demo ${setting.demoDefault}`]),
    ...(setting.environment === undefined ? [] : [`environment ${setting.environment}`]),
  ]
  return `  ${usageOf(setting)}\n      ${setting.help}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}\n`
}
