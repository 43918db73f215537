import type { Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import { families, limitsOf, type Sizes } from '../src/index.js'
import { collectorOf } from './helpers/collectors.js'
import { serviceOf, snapshotOf } from './helpers/snapshots.js'
import { sourceOf } from './helpers/sources.js'

const MiB = 1_048_576
const sizes: Sizes = { XS: { cpu: 0.25, memory: 512 * MiB }, S: { cpu: 0.5 } }
const limits = (service: Partial<Service>) => limitsOf({ service_name: 'web', ...service }, sizes)

test('a custom size comes first, field by field; a named one is looked up', (t) => {
  t.deepEqual(limits({ instance_size: 'XS' }), { cpu: 0.25, memory: 512 * MiB })
  t.deepEqual(limits({ instance_size: 'S' }), { cpu: 0.5 })
  t.deepEqual(limits({ instance_size: 'XS', custom_instance_size: { cpu: 2, mem: 1024 } }), {
    cpu: 2,
    memory: 1024 * MiB,
  })
  t.deepEqual(limits({ instance_size: 'XS', custom_instance_size: { mem: 256 } }), { cpu: 0.25, memory: 256 * MiB })
})

test('what nobody knows has no limit: other sizes, other spellings, names that every object has', (t) => {
  for (const instance_size of ['M', 'xs', 'XS ', '', 'constructor', '__proto__', 'toString']) {
    t.deepEqual(limits({ instance_size }), {}, instance_size)
  }
  t.deepEqual(limits({}), {})
  t.deepEqual(limitsOf({ service_name: 'web', instance_size: 'XS' }), {})
})

test('a limit of 0, below 0 or that is no number limits nothing', (t) => {
  for (const value of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.deepEqual(limits({ custom_instance_size: { cpu: value, mem: value } }), {})
    t.deepEqual(limits({ instance_size: 'XS', custom_instance_size: { cpu: value, mem: value } }), {
      cpu: 0.25,
      memory: 512 * MiB,
    })
  }
})

test('sizes become the metrics of the limits, for services without a size of their own', (t) => {
  const named = (service_name: string, service: Partial<Service>) => serviceOf({ service_name, ...service })
  const snapshot = snapshotOf([
    named('custom', { instance_size: 'XS', custom_instance_size: { cpu: 3, mem: 64 } }),
    named('small', { instance_size: 'S' }),
    named('tiny', { instance_size: 'XS' }),
    named('unknown', { instance_size: 'XXS' }),
  ])
  const shown = (name: string) =>
    families([snapshot], { sizes })
      .find((family) => family.name === name)
      ?.samples.map(({ labels, value }) => [labels.service, value])
  t.deepEqual(shown('alauda_service_instance_cpu_limit_cores'), [
    ['custom', 3],
    ['small', 0.5],
    ['tiny', 0.25],
  ])
  t.deepEqual(shown('alauda_service_instance_memory_limit_bytes'), [
    ['custom', 64 * MiB],
    ['tiny', 512 * MiB],
  ])
})

for (const [wrong, message] of [
  [{ XS: {} }, 'sizes.XS: expected cpu (cores), memory (bytes) or both'],
  [{ S: { cpu: 1 }, XS: { cpu: 0 } }, 'sizes.XS.cpu: 0 given, expected a number above 0'],
  [{ XS: { cpu: 1, memory: -1 } }, 'sizes.XS.memory: -1 given, expected a number above 0'],
  [{ XS: { cpu: Number.NaN } }, 'sizes.XS.cpu: NaN given, expected a number above 0'],
] as const) {
  test(`a collector rejects the sizes ${JSON.stringify(wrong)}`, (t) => {
    t.throws(() => collectorOf(sourceOf({}), { sizes: wrong }), {
      instanceOf: TypeError,
      message,
    })
  })
}
