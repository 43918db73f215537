import test from 'ava'
import { frozen } from '../src/frozen.js'

test('plain data is frozen to its last object, and stays what it is', (t) => {
  const data = { labels: { a: 'b' }, samples: [{ labels: {}, value: Number.NaN }], none: null }
  const given = frozen(data)
  t.is(given, data)
  t.deepEqual(given, { labels: { a: 'b' }, samples: [{ labels: {}, value: Number.NaN }], none: null })
  for (const one of [data, data.labels, data.samples, data.samples[0], data.samples[0]?.labels]) {
    t.true(Object.isFrozen(one))
  }
})
