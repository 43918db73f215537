import { isDeepStrictEqual } from 'node:util'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { changedForRestart, readSettings } from '../../src/settings/settings.js'
import { flags as rows } from '../../src/settings/table.js'
import { valuesOf } from '../helpers/settings-file.js'
import { rightOf, smallest, sources } from '../helpers/sources.js'

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

const settingsOf = (flags: Record<string, ReadonlyArray<string>>) => rightOf(readSettings(sources(smallest, flags)))

test('each setting that takes a restart is told when it changes, and no other', (t) => {
  const before = settingsOf({})
  const changes = fc
    .constantFrom(...rows.filter(({ flag }) => !/^(alauda|collect|config|demo)\b/.test(flag)))
    .chain((row) => valuesOf(row).map((value) => ({ row, texts: [value].flat().map(String) })))
  fc.assert(
    fc.property(changes, ({ row, texts }) => {
      const after = settingsOf({ [row.flag]: texts })
      const isAsBefore = isDeepStrictEqual(before, after)
      t.deepEqual(changedForRestart(before, after), isAsBefore || row.takesRestart !== true ? [] : [row], row.flag)
      t.deepEqual(changedForRestart(after, after), [])
    }),
  )
})

test('what begins with web. takes a restart, and nothing else does', (t) => {
  for (const { flag, takesRestart } of rows) t.is(takesRestart === true, flag.startsWith('web.'), flag)
})
