import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { toText } from '@alauda-exporter/collector'
import test from 'ava'
import { main } from '../src/main.js'
import { buildInfoFamily, version } from '../src/own-metrics.js'
import { helpText } from '../src/settings/command-line.js'
import { runCommand } from './helpers/command.js'

const nothing = ''

test('--version prints the versions of the exporter and of Node.js', async (t) => {
  t.deepEqual(await runCommand(t, ['--version']), {
    status: 0,
    stdout: `exporter-http ${version}, Node.js ${process.versions.node}\n`,
    stderr: nothing,
  })
})

test('--help describes every command and flag', async (t) => {
  t.deepEqual(await runCommand(t, ['once', '--help']), { status: 0, stdout: helpText(), stderr: nothing })
})

test('a wrong command line: exit status 2 and all faults, a line each', async (t) => {
  t.deepEqual(await runCommand(t, ['twice', '--bogus', '--alauda.password=hunter2', '--demo', '--log.level']), {
    status: 2,
    stdout: nothing,
    stderr: `exporter-http: twice: unknown command, expected one of serve, once, plan, check-config
exporter-http: --bogus: unknown flag, expected one of those in --help
exporter-http: --alauda.password: unknown flag, expected ALAUDA_PASSWORD or --alauda.password-file: other users can read a flag
exporter-http: --log.level: no value given, expected --log.level=LEVEL
`,
  })
})

test('wrong values: exit status 2 and all faults, a line each', async (t) => {
  const args = ['once', '--collect.interval=soon', '--log.level=trace']
  const environment = { ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD_FILE: '/missing/password', ALAUDA_CLOUD: 'mars' }
  t.deepEqual(await runCommand(t, args, environment), {
    status: 2,
    stdout: nothing,
    stderr: `exporter-http: ALAUDA_CLOUD: "mars" given, expected one of cn, io
exporter-http: ALAUDA_PASSWORD_FILE: the file "/missing/password" cannot be read (ENOENT)
exporter-http: --collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m
exporter-http: --log.level: "trace" given, expected one of debug, info, warn, error
`,
  })
})

test('without settings it says what is needed, and offers the demo', async (t) => {
  t.deepEqual(await runCommand(t, []), {
    status: 2,
    stdout: nothing,
    stderr: `exporter-http: ALAUDA_USERNAME or --alauda.username: not set, expected your user name; --demo needs none
exporter-http: ALAUDA_PASSWORD or --alauda.password-file: not set, expected your password; --demo needs none
`,
  })
})

test('faults of the command line do not hide those of the settings', async (t) => {
  t.deepEqual(await runCommand(t, ['--nope', '--collect.interval=zz']), {
    status: 2,
    stdout: nothing,
    stderr: `exporter-http: --nope: unknown flag, expected one of those in --help
exporter-http: ALAUDA_USERNAME or --alauda.username: not set, expected your user name; --demo needs none
exporter-http: ALAUDA_PASSWORD or --alauda.password-file: not set, expected your password; --demo needs none
exporter-http: --collect.interval: "zz" given, expected a duration like 30s, 5m or 1h30m
`,
  })
})

test('problems of the file are reported with those of flags and environment', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'main-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'exporter.yml')
  await writeFile(file, 'accounts:\n  - { name: a, username: a, password: hunter2 }\ncollect: { interval: soon }\n')
  t.deepEqual(
    await runCommand(t, ['once', `--config.file=${file}`, '--log.level=trace'], { ALAUDA_USERNAME: 'demo' }),
    {
      status: 2,
      stdout: nothing,
      stderr: `exporter-http: ALAUDA_USERNAME: set together with accounts in the file, expected one of them
exporter-http: --log.level: "trace" given, expected one of debug, info, warn, error
exporter-http: ${file}:3:22: collect.interval: "soon" given, expected a duration like 30s, 5m or 1h30m
`,
    },
  )
})

const listeners = (emitter: NodeJS.EventEmitter): ReadonlyArray<readonly [string | symbol, number]> =>
  emitter.eventNames().map((name) => [name, emitter.listenerCount(name)])

test.serial('a host that calls it several times gets its process back as it was', async (t) => {
  const emitters = [process, process.stdout, process.stderr]
  const serve = async (...flags: ReadonlyArray<string>) => {
    const before = emitters.map(listeners)
    let welcome = ''
    const io = {
      stdout: (text: string) => {
        welcome += text
      },
      stderr: () => {},
    }
    const serving = main(['serve', '--demo', ...flags], {}, io)
    const ended = serving.then(() => true)
    while (!/^Open/m.test(welcome) && (await Promise.race([ended, setImmediate(false)])) === false) await setImmediate()
    if (/^Open/m.test(welcome)) process.emit('SIGINT', 'SIGINT')
    const status = await serving
    t.deepEqual(emitters.map(listeners), before)
    return status
  }
  t.is(await serve('--web.listen-address=127.0.0.1:0'), 0)
  t.is(await serve('--web.listen-address=127.0.0.1:0'), 0)
  t.is(await serve('--web.listen-address=192.0.2.1:0'), 1)
  t.is(await serve('--web.config.file=/missing/web.yml'), 2)
})

test('output that cannot be written is exit status 1, with the reason; a log that cannot is none', async (t) => {
  const full = Object.assign(new Error('write'), { code: 'ENOSPC' })
  const attempts = [
    () => {
      throw full
    },
    () => Promise.reject(full),
  ]
  for (const stdout of attempts) {
    let stderr = ''
    const said = {
      stdout,
      stderr: (text: string) => {
        stderr += text
      },
    }
    t.is(await main(['--version'], {}, said), 1)
    t.is(stderr, 'exporter-http: standard output: cannot be written (ENOSPC)\n')
    t.is(await main(['--version'], {}, { stdout: () => {}, stderr: stdout }), 0)
    t.is(await main(['--bogus'], {}, { stdout, stderr: stdout }), 2)
  }
})

test('is what package.json says', async (t) => {
  const packageJson = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  t.true(packageJson.includes(`\n  "version": "${version}",\n`))
})

test('has the exporter’s version and that of Node.js', (t) => {
  t.is(
    toText([buildInfoFamily('1.2.3')]),
    `# HELP alauda_exporter_build_info Which exporter this is and which Node.js it runs on; always 1.
# TYPE alauda_exporter_build_info gauge
alauda_exporter_build_info{version="1.2.3",node_version="${process.versions.node}"} 1
`,
  )
})
