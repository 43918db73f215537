import type { Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import fc from 'fast-check'
import { serviceLabelName } from '../../src/families/service.js'
import { samplesOf, serviceOf, snapshotOf } from '../helpers/snapshots.js'

const identity = { namespace: 'demo', service: 'web' }
const samples = (serviceLabels: ReadonlyArray<string>, service: Partial<Service>) =>
  samplesOf('alauda_service_labels', [snapshotOf([serviceOf(service)])], { serviceLabels })

test('the labels that were asked for are shown, in the order in which they were asked for', (t) => {
  const labels = [
    { key: 'tier', value: 'front' },
    { key: 'owner', value: 'li' },
    { key: 'secret', value: 'x' },
  ]
  t.deepEqual(samples(['owner', 'tier'], { labels }), [
    { labels: { ...identity, label_owner: 'li', label_tier: 'front' }, value: 1 },
  ])
})

test('a label that a service does not have is left out', (t) => {
  t.deepEqual(samples(['owner'], { labels: [{ key: 'tier', value: 'front' }] }), [{ labels: identity, value: 1 }])
  t.deepEqual(samples(['owner'], { labels: [{ key: 'owner' }] }), [{ labels: identity, value: 1 }])
  t.deepEqual(samples(['owner'], {}), [{ labels: identity, value: 1 }])
})

test('characters that a label’s name may not have become _', (t) => {
  t.is(serviceLabelName('app.tier/v-1'), 'label_app_tier_v_1')
  t.deepEqual(samples(['app.tier'], { labels: [{ key: 'app.tier', value: 'front' }] }), [
    { labels: { ...identity, label_app_tier: 'front' }, value: 1 },
  ])
})

test('any key gives a legal label name', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (key) => {
      t.regex(serviceLabelName(key), /^[a-zA-Z_][a-zA-Z0-9_]*$/)
    }),
  )
})

test('keys that become one name are rejected', (t) => {
  t.throws(() => samples(['a.b', 'a_b'], {}), {
    instanceOf: TypeError,
    message: 'serviceLabels: "a.b" and "a_b" become the same label',
  })
})
