import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { groups } from '../../src/settings/groups.js'
import { readSettings } from '../../src/settings/settings.js'
import { changedSettings } from '../../src/settings/web.js'
import { smallest, sources } from '../helpers/sources.js'

test('a web file that the settings file names is sought beside it, one that a flag names is not', (t) => {
  const webFile = (named: string, flags: Record<string, string[]> = {}) =>
    pipe(
      readSettings(
        sources(
          smallest,
          { 'config.file': ['/etc/exporter/main.yml'], ...flags },
          { '/etc/exporter/main.yml': `web: { config_file: ${named} }` },
        ),
      ),
      E.map(({ web }) => web.configFile),
    )
  t.deepEqual(webFile('tls/web.yml'), E.right('/etc/exporter/tls/web.yml'))
  t.deepEqual(webFile('/srv/web.yml'), E.right('/srv/web.yml'))
  t.deepEqual(webFile('web.yml', { 'web.config.file': ['other.yml'] }), E.right('other.yml'))
})

const webOf = (flags: Record<string, string[]>) =>
  pipe(
    readSettings(sources(smallest, flags)),
    E.match(
      (faults) => {
        throw new Error(faults.join('; '))
      },
      ({ web }) => web,
    ),
  )

const changes: Record<string, string> = {
  'web.listen-address': ':1',
  'web.telemetry-path': '/other',
  'web.config.file': 'web.yml',
  'web.max-requests': '1',
  'web.disable-exporter-metrics': 'true',
  'web.prometheus-url': 'http://localhost:9090/',
  'web.enable-lifecycle': 'true',
}

test('each setting of web that changes is told, and no other', (t) => {
  const [, rows = []] = groups.find(([title]) => title === 'Web') ?? []
  t.deepEqual(rows.map(({ flag }) => flag).sort(), Object.keys(changes).sort())
  for (const [flag, value] of Object.entries(changes)) {
    const changed = changedSettings(webOf({}), webOf({ [flag]: [value] }))
    t.deepEqual(
      changed.map((row) => row.flag),
      [flag],
    )
  }
  t.deepEqual(changedSettings(webOf({}), webOf({})), [])
  const all = Object.fromEntries(Object.entries(changes).map(([flag, value]) => [flag, [value]]))
  t.is(changedSettings(webOf(all), webOf({})).length, rows.length)
})
