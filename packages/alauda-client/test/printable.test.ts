import test from 'ava'
import fc from 'fast-check'
import { printable } from '../src/printable.js'

test('what cannot be seen, or turns what follows around, is escaped', (t) => {
  t.is(
    printable('a\u202eb\u2066c\u200ed\u061ce\u2028f\u0085g\n\ud800\u{e0041}'),
    'a\\u202eb\\u2066c\\u200ed\\u061ce\\u2028f\\u0085g\\u000a\\ud800\\udb40\\udc41',
  )
  t.is(printable('灵雀云 ü 😀'), '灵雀云 ü 😀')
})

test('of any text nothing is left to escape', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = printable(text)
      t.notRegex(shown, /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      t.is(printable(shown), shown)
    }),
  )
})
