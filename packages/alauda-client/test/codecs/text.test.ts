import test from 'ava'
import fc from 'fast-check'
import { Instance } from '../../src/codecs/instance.js'
import { Text } from '../../src/codecs/text.js'
import { decoded } from '../helpers/decoded.js'

test('half a surrogate pair becomes the replacement character', (t) => {
  t.is(decoded(Text, 'web \ud800'), 'web \ufffd')
  t.deepEqual(decoded(Instance, JSON.parse('{"uuid": "a", "instance_name": "\\ud800.0"}')), {
    uuid: 'a',
    instance_name: '\ufffd.0',
  })
})

test('other text is itself', (t) => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => t.is(decoded(Text, text), text)))
  t.deepEqual(decoded(Text, 7), [': string'])
})
