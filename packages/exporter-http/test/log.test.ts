import test from 'ava'
import fc from 'fast-check'
import { createLog, type LogFormat, type LogLevel, logFormats, logLevels } from '../src/log.js'

const noon = Date.parse('2026-11-22T12:00:00.000Z')

const logged = (format: LogFormat, level: LogLevel = 'debug') => {
  const lines: string[] = []
  return {
    lines,
    log: createLog(
      () => ({ level, format }),
      (line) => lines.push(line),
      () => noon,
    ),
  }
}

test('logfmt: time, level and message first, then the fields; quotes only where needed', (t) => {
  const { log, lines } = logged('logfmt')
  log.info({ url: 'http://localhost:10104/', services: 3, durationSeconds: 0.25 }, 'listening')
  log.warn({ error: 'said "no"\nand \\ left', empty: '', sign: 'a=b', 名: '灵雀云' }, 'it went wrong')
  log.error({}, 'bare')
  t.deepEqual(lines, [
    'ts=2026-11-22T12:00:00.000Z level=info msg=listening url=http://localhost:10104/ services=3 durationSeconds=0.25',
    'ts=2026-11-22T12:00:00.000Z level=warn msg="it went wrong" error="said \\"no\\"\\nand \\\\ left" empty="" sign="a=b" 名=灵雀云',
    'ts=2026-11-22T12:00:00.000Z level=error msg=bare',
  ])
})

test('json: the same, as an object', (t) => {
  const { log, lines } = logged('json')
  log.info({ url: 'http://localhost:10104/', services: 3 }, 'listening')
  log.debug({}, 'said "no"\n')
  t.deepEqual(lines, [
    '{"ts":"2026-11-22T12:00:00.000Z","level":"info","msg":"listening","url":"http://localhost:10104/","services":3}',
    '{"ts":"2026-11-22T12:00:00.000Z","level":"debug","msg":"said \\"no\\"\\n"}',
  ])
})

test('logs from its level on', (t) => {
  for (const [index, level] of logLevels.entries()) {
    const { log, lines } = logged('logfmt', level)
    for (const eventLevel of logLevels) log[eventLevel]({}, eventLevel)
    t.deepEqual(
      lines,
      logLevels.slice(index).map((name) => `ts=2026-11-22T12:00:00.000Z level=${name} msg=${name}`),
    )
  }
})

test('goes by its settings as they are at each event', (t) => {
  const lines: string[] = []
  let settings: { level: LogLevel; format: LogFormat } = { level: 'info', format: 'logfmt' }
  const log = createLog(
    () => settings,
    (line) => lines.push(line),
    () => noon,
  )
  log.debug({}, 'before')
  settings = { level: 'debug', format: 'json' }
  log.debug({}, 'after')
  settings = { level: 'error', format: 'json' }
  log.warn({}, 'too late')
  t.deepEqual(lines, ['{"ts":"2026-11-22T12:00:00.000Z","level":"debug","msg":"after"}'])
})

test('has the machine’s time by default', (t) => {
  const lines: string[] = []
  const before = Date.now()
  const log = createLog(
    () => ({ level: 'info', format: 'logfmt' }),
    (line) => lines.push(line),
  )
  log.info({}, 'now')
  const told = Date.parse(/^ts=(\S+)/.exec(lines[0] ?? '')?.[1] ?? '')
  t.true(before <= told && told <= Date.now())
})

/** Reads a line of logfmt as Prometheus' own programs write it. */
const parseLogfmt = (line: string): [string, string][] => {
  const pairs: [string, string][] = []
  const pair = /([^\s="]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s="]+))(?: |$)/uy
  while (pair.lastIndex < line.length) {
    const at = pair.lastIndex
    const [, key = '', quoted, bare = ''] = pair.exec(line) ?? []
    if (key === '') throw new Error(`not logfmt from ${at} on: ${line}`)
    pairs.push([key, quoted === undefined ? bare : String(JSON.parse(`"${quoted}"`))])
  }
  return pairs
}

const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[ "=\\\na]{0,6}$/))
const fields = fc.dictionary(fc.stringMatching(/^[a-z][a-zA-Z]{0,8}$/), fc.oneof(texts, fc.double()))

test('any event is one line, whatever is in it', (t) => {
  fc.assert(
    fc.property(texts, fields, fc.constantFrom(...logFormats), (message, given, format) => {
      const { log, lines } = logged(format)
      log.info(given, message)
      t.is(lines.length, 1)
      t.notRegex(lines[0] ?? '', /[\r\n]/)
    }),
  )
})

test('any line of logfmt is read back as what was logged', (t) => {
  fc.assert(
    fc.property(texts, fields, (message, given) => {
      const { log, lines } = logged('logfmt')
      log.warn(given, message)
      const event = { ts: '2026-11-22T12:00:00.000Z', level: 'warn', msg: message, ...given }
      t.deepEqual(
        parseLogfmt(lines[0] ?? ''),
        Object.entries(event).map(([key, value]): [string, string] => [key, String(value)]),
      )
    }),
  )
})

test('what changes how the rest of a line is shown is escaped, in both formats', (t) => {
  for (const format of logFormats) {
    const lines: string[] = []
    createLog(
      () => ({ level: 'info', format }),
      (line) => lines.push(line),
      () => 0,
    ).info({ service: 'a\u202eb\u2028c\u0085d\ud800' }, 'x')
    t.true(lines[0]?.includes('"a\\u202eb\\u2028c\\u0085d\\ud800"'), lines[0])
  }
})
