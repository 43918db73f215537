import { readFileSync } from 'node:fs'
import test from 'ava'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')

/** The fields of all interfaces, each with whether it may be absent; the documentation shortens `FailureStatus` and so on. */
const fieldsIn = (source: string): ReadonlyArray<string> =>
  [...source.matchAll(/interface (\w+?)(?:(?<=\w)Status)?( extends \w+)? \{\n([\s\S]*?)\n\}/g)]
    .flatMap(([, name = '', parent = '', body = '']) => [
      `${name}${parent}`,
      ...[...body.matchAll(/^ {2}(?:readonly )?(\w+\??):/gm)].map(([, field = '']) => `${name}.${field}`),
    ])
    .sort()

test('docs/api.md tells every field of the model, and no other', (t) => {
  const documented = fieldsIn(read('../../../../docs/api.md'))
  t.true(documented.length > 50)
  t.deepEqual(documented, fieldsIn(read('../../src/status/model.ts')))
})
