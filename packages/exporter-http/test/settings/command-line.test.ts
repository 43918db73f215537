import { nearest } from '@alauda-exporter/alauda-client/options'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { helpText } from '../../src/settings/command-line.js'
import { groups, isFlag, table, usageOf } from '../../src/settings/table.js'
import { parseCommandLine } from '../helpers/texts.js'

const right = (command: string, flags: Record<string, string[]> = {}) =>
  E.right({ command, flags: new Map(Object.entries(flags)) })

test('serve is the default command', (t) => {
  t.deepEqual(parseCommandLine([]), right('serve'))
  t.deepEqual(parseCommandLine(['--log.level=debug']), right('serve', { 'log.level': ['debug'] }))
})

test('a command may stand before, between and after flags', (t) => {
  const flags = { 'log.level': ['debug'], 'log.format': ['json'] }
  t.deepEqual(parseCommandLine(['serve']), right('serve'))
  t.deepEqual(parseCommandLine(['once', '--log.level=debug', '--log.format=json']), right('once', flags))
  t.deepEqual(parseCommandLine(['--log.level=debug', 'once', '--log.format=json']), right('once', flags))
  t.deepEqual(parseCommandLine(['--log.level=debug', '--log.format=json', '--', 'once']), right('once', flags))
})

test('a value follows its flag after = or as the next argument', (t) => {
  const expected = right('serve', { 'collect.interval': ['30s'] })
  t.deepEqual(parseCommandLine(['--collect.interval=30s']), expected)
  t.deepEqual(parseCommandLine(['--collect.interval', '30s']), expected)
})

test('a value is taken as it is', (t) => {
  for (const value of ['', ' ', 'a=b', '--x', '"quoted"', '灵雀云', '-1']) {
    t.deepEqual(parseCommandLine([`--alauda.username=${value}`]), right('serve', { 'alauda.username': [value] }), value)
  }
})

test('a flag that takes a value takes the next argument, whatever it begins with, unless that is a flag', (t) => {
  for (const value of ['-x', '-.*', '-1', '-', '--x', '-alauda.username', '-h', '--no-demo', '--=']) {
    t.deepEqual(
      parseCommandLine(['--alauda.namespace', value, 'once']),
      right('once', { 'alauda.namespace': [value] }),
      value,
    )
    t.deepEqual(
      parseCommandLine([`--alauda.namespace=${value}`]),
      right('serve', { 'alauda.namespace': [value] }),
      value,
    )
  }
  for (const flag of ['--demo', '--demo=true', '--collect.interval', '--collect.interval=5s', '--help', '--version']) {
    t.deepEqual(
      parseCommandLine(['--alauda.namespace', flag]),
      E.left(['--alauda.namespace: no value given, expected --alauda.namespace=NAME']),
      flag,
    )
    t.deepEqual(parseCommandLine([`--alauda.namespace=${flag}`]), right('serve', { 'alauda.namespace': [flag] }), flag)
  }
  t.deepEqual(parseCommandLine(['--demo', '-x']), E.left(['-x: one hyphen given, expected two']))
})

test('a flag for a list may be given again, and its values keep their order', (t) => {
  t.deepEqual(
    parseCommandLine(['--alauda.namespace=b', '--web.listen-address=:1', '--alauda.namespace', 'a']),
    right('serve', { 'alauda.namespace': ['b', 'a'], 'web.listen-address': [':1'] }),
  )
})

test('a switch needs no value but may have one', (t) => {
  t.deepEqual(parseCommandLine(['--demo']), right('serve', { demo: ['true'] }))
  t.deepEqual(parseCommandLine(['--demo=true']), right('serve', { demo: ['true'] }))
  t.deepEqual(parseCommandLine(['--demo=false']), right('serve', { demo: ['false'] }))
  t.deepEqual(parseCommandLine(['--demo', 'once']), right('once', { demo: ['true'] }))
})

test('--help and --version work, whatever else is wrong', (t) => {
  for (const args of [['--help'], ['-h'], ['once', '--help'], ['--help', '--bogus'], ['once', 'once', '-h']]) {
    t.deepEqual(
      pipe(
        parseCommandLine(args),
        E.map(({ command }) => command),
      ),
      E.right('help'),
      args.join(' '),
    )
  }
  t.deepEqual(parseCommandLine(['--version']), right('version'))
  t.deepEqual(parseCommandLine(['--version', '--help']), right('version'))
})

const noSuchFlag = (name: string) => `${name}: unknown flag, expected one of those in --help`

test('an unknown flag is named', (t) => {
  t.deepEqual(parseCommandLine(['--bogus']), E.left([noSuchFlag('--bogus')]))
  t.deepEqual(
    parseCommandLine(['--collect.intervals=5s']),
    E.left(['--collect.intervals: unknown flag, did you mean --collect.interval?']),
  )
  t.deepEqual(parseCommandLine(['--no-demo']), E.left([noSuchFlag('--no-demo')]))
  t.deepEqual(
    parseCommandLine(['--toString=1', '--__proto__=1']),
    E.left([noSuchFlag('--toString'), noSuchFlag('--__proto__')]),
  )
})

test('a secret after its flag as an argument of its own is not repeated either', (t) => {
  t.deepEqual(
    parseCommandLine(['--alauda.password', 'hunter2', '--alauda.token', 'hunter3']),
    E.left([
      '--alauda.password: unknown flag, expected ALAUDA_PASSWORD or --alauda.password-file: other users can read a flag',
      '--alauda.token: unknown flag, expected ALAUDA_TOKEN or --alauda.token-file: other users can read a flag',
    ]),
  )
})

test('a flag with one hyphen is reported as such, without its value', (t) => {
  t.deepEqual(
    parseCommandLine(['-alauda.password=hunter2', '-alauda.token', 'hunter3']),
    E.left(['-alauda.password: one hyphen given, expected two', '-alauda.token: one hyphen given, expected two']),
  )
})

test('an unknown command is named, and so is a second one', (t) => {
  t.deepEqual(
    parseCommandLine(['twice']),
    E.left(['twice: unknown command, expected one of serve, once, plan, check-config']),
  )
  t.deepEqual(
    parseCommandLine(['--demo', 'false']),
    E.left(['false: unknown command, expected one of serve, once, plan, check-config']),
  )
  t.deepEqual(parseCommandLine(['once', 'serve']), E.left(['serve: second command given, expected one']))
})

test('a missing value is missed, also where the next flag stands in its place', (t) => {
  const fault = '--collect.interval: no value given, expected --collect.interval=DURATION'
  t.deepEqual(parseCommandLine(['--collect.interval']), E.left([fault]))
  t.deepEqual(parseCommandLine(['--collect.interval', '--demo']), E.left([fault]))
})

test('a flag that takes one value may not be given twice', (t) => {
  t.deepEqual(parseCommandLine(['--log.level=info', '--log.level', 'warn']), E.left(['--log.level: given twice']))
  t.deepEqual(parseCommandLine(['--demo', '--demo=false']), E.left(['--demo: given twice']))
})

test('a secret as a flag is refused with advice, and not repeated', (t) => {
  t.deepEqual(
    parseCommandLine(['--alauda.password=hunter2', '--alauda.token=hunter3']),
    E.left([
      '--alauda.password: unknown flag, expected ALAUDA_PASSWORD or --alauda.password-file: other users can read a flag',
      '--alauda.token: unknown flag, expected ALAUDA_TOKEN or --alauda.token-file: other users can read a flag',
    ]),
  )
})

test('all problems are reported together, in the order of the arguments', (t) => {
  t.deepEqual(
    parseCommandLine(['twice', '--bogus=1', '--log.level=info', 'once', '--log.level=warn', 'serve', '--log.format']),
    E.left([
      'twice: unknown command, expected one of serve, once, plan, check-config',
      noSuchFlag('--bogus'),
      '--log.level: given twice',
      'serve: second command given, expected one',
      '--log.format: no value given, expected --log.format=FORMAT',
    ]),
  )
})

test('any arguments are understood or refused with sentences, and never throw', (t) => {
  const args = fc.array(
    fc.oneof(fc.string(), fc.constantFrom('once', 'check-config', '--demo', '--log.level', '--', '-', '--=', '-h')),
  )
  fc.assert(
    fc.property(args, (given) => {
      const result = parseCommandLine(given)
      if (E.isLeft(result)) t.true(result.left.length > 0 && result.left.every((fault) => /: \S/.test(fault)))
      else t.true(['serve', 'once', 'plan', 'check-config', 'help', 'version'].includes(result.right.command))
    }),
  )
})

test('a flag’s usage is how one would write it', (t) => {
  t.is(usageOf(table.collect.intervalMs), '--collect.interval=DURATION')
  t.is(usageOf(table.demo.demo), '--demo')
})

test('check-config takes the file that it is to check, whatever that is called', (t) => {
  for (const operand of ['exporter.yml', 'serve', 'check-config', './a b.yml']) {
    t.deepEqual(
      parseCommandLine(['check-config', operand]),
      E.right({ command: 'check-config', operand, flags: new Map() }),
      operand,
    )
  }
})

test('check-config takes one file and nothing else', (t) => {
  t.deepEqual(parseCommandLine(['check-config']), E.left(['check-config: no file given, expected check-config FILE']))
  t.deepEqual(
    parseCommandLine(['check-config', 'a.yml', 'b.yml', '--log.level=debug']),
    E.left(['check-config: 2 files given, expected one', 'check-config: flags given, expected a file only']),
  )
})

test('no other command takes an operand', (t) => {
  for (const command of ['serve', 'once', 'plan']) {
    t.deepEqual(
      parseCommandLine([command, 'exporter.yml']),
      E.left(['exporter.yml: unknown command, expected one of serve, once, plan, check-config']),
    )
  }
})

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
    '  plan               Logs in, lists what there is, and estimates the cost of a collection.',
    '  check-config FILE  Reports every problem of a settings file. Takes no flags and makes no calls.',
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
      t.is(text.includes('(default '), setting.default !== undefined && setting.format.placeholder !== undefined, text)
      if (setting.default !== undefined && setting.format.placeholder !== undefined)
        t.regex(text, defaultOf(setting.default))
      if (setting.demoDefault !== undefined) t.true(text.includes(`with --demo ${setting.demoDefault}`), text)
      if (setting.environment !== undefined) t.true(text.endsWith(`environment ${setting.environment})`), text)
    }
  }
})

const defaultOf = (text: string) => new RegExp(`\\(default ${text.replaceAll('/', '\\/')}(?:; .+)?\\)$`)

test('writes what belongs to a flag in one line', (t) => {
  t.is(
    lines[lines.indexOf('  --collect.window=DURATION') + 1],
    "      Time range in which to look for an instance's newest point. (default 5m; with --demo 1m)",
  )
  t.is(
    lines[lines.indexOf('  --alauda.username=NAME') + 1],
    '      User name of the account. (environment ALAUDA_USERNAME)',
  )
  t.is(
    lines[lines.indexOf('  --web.listen-address=ADDRESS') + 1],
    '      Address to listen on. Repeatable. (default :10104)',
  )
})

test('names the variables for secrets', (t) => {
  t.true(helpText().includes('Alternative: ALAUDA_PASSWORD.'))
  t.true(helpText().includes('Alternative: ALAUDA_TOKEN.'))
})

test('names itself and the version flag', (t) => {
  t.deepEqual(lines.slice(-4), ['Others', '  --help     This text.', '  --version  The version.', ''])
})

test('fits a terminal: no line has more than 160 characters', (t) => {
  const lines = helpText().split('\n')
  t.deepEqual(
    lines.filter((line) => line.length > 160),
    [],
  )
})

const names = ['username', 'namespace', 'timeout', 'max_age', 'max_retries', 'web']

test('finds the name that differs by a slip or two', (t) => {
  for (const [given, meant] of [
    ['usernam', 'username'],
    ['namespaces', 'namespace'],
    ['tiemout', 'timeout'],
    ['max-age', 'max_age'],
    ['maxAge', 'max_age'],
    ['MAX_RETRIES', 'max_retries'],
    ['wep', 'web'],
    ['Web', 'web'],
    ['ewb', undefined],
    ['x'.repeat(5_000_000), undefined],
    [`username${'x'.repeat(5_000_000)}`, undefined],
  ] as const) {
    t.is(nearest(given, names), meant, given)
  }
})

test('finds nothing that is like no name', (t) => {
  for (const given of ['', 'hunter2', 'user', 'max', 'we', 'w', 'interval'])
    t.is(nearest(given, ['web', 'username']), given === 'we' ? 'web' : undefined, given)
})
