import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { readSettings } from '../../src/settings/settings.js'
import { smallest, withFile } from '../helpers/sources.js'

const sizesOf = (text: string) =>
  pipe(
    readSettings(withFile(text, smallest)),
    E.map(({ metrics }) => metrics.sizes),
  )

test('the file says what the cloud’s named sizes stand for, in cores and bytes', (t) => {
  t.deepEqual(
    sizesOf('sizes:\n  XS: { cpu: 0.25, memory: 512MB }\n  S: { cpu: 1 }\n  8c-16g: { memory: 16GB }\n'),
    E.right({ XS: { cpu: 0.25, memory: 536_870_912 }, S: { cpu: 1 }, '8c-16g': { memory: 17_179_869_184 } }),
  )
  t.deepEqual(sizesOf('sizes: { XS: { cpu: "0.5" } }'), E.right({ XS: { cpu: 0.5 } }))
})

test('without sizes there are none', (t) => {
  for (const text of ['', 'sizes:', 'sizes: {}']) t.deepEqual(sizesOf(text), E.right(undefined), text)
})

test('all that is wrong with sizes is told at its place', (t) => {
  const faults = sizesOf(
    [
      'sizes:',
      '  XS: { cpu: 0 }',
      '  S: { memory: 512 }',
      '  M: {}',
      '  L: { cpus: 1 }',
      '  XL: 2',
      '  XS: { cpu: 1 }',
    ].join('\n'),
  )
  if (E.isRight(faults)) return t.fail()
  t.deepEqual(
    faults.left.map((fault) => fault.replace(/: (?!.*: ).*$/, '')),
    [
      'exporter.yml:2:14: sizes.XS.cpu',
      'exporter.yml:3:16: sizes.S.memory',
      'exporter.yml:4:3: sizes.M',
      'exporter.yml:5:3: sizes.L',
      'exporter.yml:5:8: sizes.L.cpus',
      'exporter.yml:6:3: sizes.XL',
      'exporter.yml:6:7: sizes.XL',
      'exporter.yml:7:3: sizes.XS',
    ],
  )
})
