import test from 'ava'
import * as t from 'io-ts'
import { resource } from '../../src/codecs/resource.js'
import { decoded } from '../helpers/decoded.js'

const Thing = resource('Thing', { name: t.string }, { size: t.number })

test('leaves out optional fields in all the ways in which the API says "not there"', (assert) => {
  for (const input of [{}, { size: null }, { size: '' }, { size: 'None' }, { size: 'null' }, { size: undefined }]) {
    assert.deepEqual(decoded(Thing, { name: 'a', ...input }), { name: 'a' })
  }
})

test('leaves out fields that it does not know', (assert) => {
  assert.deepEqual(decoded(Thing, { name: 'a', size: 1, secret: 'hunter2' }), { name: 'a', size: 1 })
})

test('a required field must be there', (assert) => {
  assert.deepEqual(decoded(Thing, {}), ['name: string'])
  assert.deepEqual(decoded(Thing, 'text'), [': Thing'])
  assert.deepEqual(decoded(t.array(Thing), [{ name: 'a' }, { name: 7 }]), ['1.name: string'])
})

test('an optional field of an unknown shape is left out, and named', (assert) => {
  assert.deepEqual(decoded(Thing, { name: 'a', size: { huge: true }, unreadable: 'x' }), {
    name: 'a',
    unreadable: ['size'],
  })
})
