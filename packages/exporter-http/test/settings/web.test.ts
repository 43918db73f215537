import { isDeepStrictEqual } from 'node:util'
import test from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { ownedPaths } from '../../src/paths.js'
import { externalUrl, routePrefix, routePrefixOf, telemetryPath } from '../../src/settings/formats.js'
import { withoutRestart } from '../../src/settings/settings.js'
import { flags as rows } from '../../src/settings/table.js'
import { problemText } from '../../src/toolkit/config/problem.js'
import { valuesOf } from '../helpers/settings-file.js'
import { rightOf, smallest, sources } from '../helpers/sources.js'
import { inText, readSettings } from '../helpers/texts.js'

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

test('each changed setting that takes a restart is reported, and no other', (t) => {
  const before = settingsOf({})
  const changes = fc
    .constantFrom(...rows.filter(({ flag }) => !/^(alauda|collect|config|demo)\b/.test(flag)))
    .chain((row) => valuesOf(row).map((value) => ({ row, texts: [value].flat().map(String) })))
  fc.assert(
    fc.property(changes, ({ row, texts }) => {
      const after = settingsOf({ [row.flag]: texts })
      const isAsBefore = isDeepStrictEqual(before, after)
      const problem = {
        origin: 'command line',
        setting: `--${row.flag}`,
        what: 'changed, which takes a restart',
      } as const
      const isRefused = !isAsBefore && row.flag.startsWith('web.')
      t.deepEqual(inText(withoutRestart(before, after)), isRefused ? E.left([problemText(problem)]) : E.right(after))
      t.deepEqual(withoutRestart(after, after), E.right(after))
    }),
  )
})

const prefixWith = (flags: Record<string, string>) =>
  routePrefixOf(
    rightOf(
      readSettings(sources(smallest, Object.fromEntries(Object.entries(flags).map(([flag, text]) => [flag, [text]])))),
    ).web,
  )

test('the prefix of the routes is the path of the external URL, unless it is given itself', (t) => {
  const external = 'https://example.com/a/exporter/'
  t.is(prefixWith({}), '')
  t.is(prefixWith({ 'web.external-url': external }), '/a/exporter')
  t.is(prefixWith({ 'web.external-url': 'https://example.com' }), '')
  t.is(prefixWith({ 'web.external-url': external, 'web.route-prefix': '/' }), '')
  t.is(prefixWith({ 'web.external-url': external, 'web.route-prefix': '/b' }), '/b')
  t.is(prefixWith({ 'web.route-prefix': 'b/c/' }), '/b/c')
})

test('a prefix is a path that no client changes', (t) => {
  for (const given of ['/exporter', 'exporter', 'exporter/', '/exporter/']) {
    t.deepEqual(routePrefix.parse(given), E.right('/exporter'), given)
  }
  t.deepEqual(routePrefix.parse('/'), E.right(''))
  for (const given of [
    '',
    '//',
    '//a',
    '/a//b',
    '/a//',
    '/..',
    '/a/../b',
    './a',
    '/a?b',
    '/a#b',
    '/%61',
    '/a b',
    '/度',
    '/a\n',
  ]) {
    t.deepEqual(routePrefix.parse(given), E.left('a path like /exporter, or / for none'), JSON.stringify(given))
  }
})

test('an external URL is a whole one, kept without the slash at its end', (t) => {
  t.deepEqual(externalUrl.parse('https://Example.com/exporter/'), E.right('https://example.com/exporter'))
  t.deepEqual(externalUrl.parse('http://x:9100'), E.right('http://x:9100'))
  t.deepEqual(externalUrl.parse('http://x/a/../b'), E.right('http://x/b'))
  for (const given of ['', '/exporter', 'example.com', 'ftp://x/', 'http://', '"http://x"', 'javascript:alert(1)']) {
    t.deepEqual(externalUrl.parse(given), E.left('a URL like https://example.com/exporter'), given)
  }
  t.deepEqual(externalUrl.parse('http://a:b@x/'), E.left('a URL without user name and password'))
  for (const given of ['http://x/?a', 'http://x/#a', 'http://x/?', 'http://x/a#']) {
    t.deepEqual(externalUrl.parse(given), E.left('a URL that ends with its path: no ? and no #'), given)
  }
  for (const given of ['http://x/a//b', 'http://x//', 'http://x/%20', 'http://x/度']) {
    t.deepEqual(externalUrl.parse(given), E.left('a path of letters, digits, _, ., ~ and - only, or none'), given)
  }
})

test('the metrics are at a path of their own, however a proxy may write another route’s', (t) => {
  for (const path of ['/metrics', '/m/', '/a/b-c_d.e~f', '/-/metrics', '/assets', '/.well-known/metrics', '/a..b']) {
    t.deepEqual(telemetryPath.parse(path), E.right(path))
  }
  for (const path of [
    ...['', 'metrics', '//host/metrics', '/a//b', '/metrics//', '/a/../metrics', '/./metrics', '/..', '/m?a', '/m#a'],
    ...['/m m', '/%20', '/%70robe', '/度量', 'http://x/metrics', '/metrics\n', '\\metrics'],
  ]) {
    t.deepEqual(telemetryPath.parse(path), E.left('a path like /metrics'), path)
  }
  t.true(ownedPaths.includes('/assets/page.js'))
  for (const path of ownedPaths) {
    for (const written of new Set([path, path.toUpperCase(), path === '/' ? path : `${path}/`])) {
      t.deepEqual(telemetryPath.parse(written), E.left(`none of ${ownedPaths.join(', ')}`), written)
    }
  }
  t.deepEqual(telemetryPath.parse('/assets/pageXjs'), E.right('/assets/pageXjs'))
})
