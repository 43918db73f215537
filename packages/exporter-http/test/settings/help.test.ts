import test from 'ava'
import { usageOf } from '../../src/settings/command-line.js'
import { helpText } from '../../src/settings/help.js'
import { groups, isFlag } from '../../src/settings/table.js'

const lines = helpText().split('\n')

test('says what the command is and which commands there are', (t) => {
  t.deepEqual(lines.slice(0, 9), [
    'Usage: exporter-http [serve | once | plan | check-config FILE] [flags]',
    '',
    'Prometheus exporter for services on Alauda Cloud (灵雀云).',
    '',
    'Commands',
    '  serve              Collects in the background and serves the metrics over HTTP. The default.',
    '  once               Collects once, writes the metrics to standard output and ends.',
    '  plan               Logs in, lists what there is, and tells what a collection will cost.',
    '  check-config FILE  Tells all that is wrong with a settings file. Takes no flags, and calls nobody.',
  ])
})

test('has every flag of the table under its heading, with its help, default and variable', (t) => {
  for (const [title, rows] of groups) {
    const settings = rows.filter(isFlag)
    const heading = lines.indexOf(title)
    const group = lines.slice(heading + 1, lines.indexOf('', heading))
    t.is(group.length, settings.length * 2, title)
    for (const [index, setting] of settings.entries()) {
      const text = group[index * 2 + 1] ?? ''
      t.is(group[index * 2], `  ${usageOf(setting)}`)
      t.true(text.startsWith(`      ${setting.help}`), text)
      t.is(text.includes('(default '), setting.default !== undefined && setting.placeholder !== undefined, text)
      if (setting.default !== undefined && setting.placeholder !== undefined) t.regex(text, defaultOf(setting.default))
      if (setting.demoDefault !== undefined) t.true(text.includes(`with --demo ${setting.demoDefault}`), text)
      if (setting.environment !== undefined) t.true(text.endsWith(`environment ${setting.environment})`), text)
    }
  }
})

const defaultOf = (text: string) => new RegExp(`\\(default ${text.replaceAll('/', '\\/')}(?:; .+)?\\)$`)

test('writes what belongs to a flag in one line', (t) => {
  t.is(
    lines[lines.indexOf('  --collect.window=DURATION') + 1],
    "      How far back to look for an instance's newest point. (default 5m; with --demo 1m)",
  )
  t.is(
    lines[lines.indexOf('  --alauda.username=NAME') + 1],
    '      User name of the account. (environment ALAUDA_USERNAME)',
  )
  t.is(
    lines[lines.indexOf('  --web.listen-address=ADDRESS') + 1],
    '      Where to serve. May be repeated. (default :10104)',
  )
})

test('names the variables for secrets', (t) => {
  t.true(helpText().includes('Or set ALAUDA_PASSWORD.'))
  t.true(helpText().includes('Or set ALAUDA_TOKEN.'))
})

test('names itself and the version flag', (t) => {
  t.deepEqual(lines.slice(-4), ['Others', '  --help     Shows this text.', '  --version  Shows the version.', ''])
})

test('fits a terminal: no line has more than 160 characters', (t) => {
  const lines = helpText().split('\n')
  t.deepEqual(
    lines.filter((line) => line.length > 160),
    [],
  )
})
