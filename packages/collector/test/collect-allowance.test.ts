import type { InstanceMetrics, Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { collectorOf, linesOf } from './helpers/collectors.js'
import { listing, sourceOf } from './helpers/sources.js'

const metrics = (time: number): InstanceMetrics => ({ points: [{ time, memory_usage: 1 }] })

test('beyond the allowance the same instances are read each time, whichever service is answered first', async (t) => {
  const services: ReadonlyArray<Service> = ['a', 'b'].map((service_name) => ({ service_name, uuid: service_name }))
  let slow = 'b'
  const source = sourceOf({
    listServices: listing(...services),
    listInstances: (_namespace, service) => async () => {
      if (service === slow) await new Promise((resolve) => setImmediate(resolve))
      return E.right(['0', '1'].map((index) => ({ uuid: service + index, instance_name: `${service}.${index}` })))
    },
    getInstanceMetrics: () => async () => E.right(metrics(1200)),
  })
  const { collector } = collectorOf(source, { maxInstances: 2 })
  const names = async () => {
    await collector.collect()
    return linesOf(collector, 'alauda_instance_memory').map((line) => /instance_name="([^"]*)"/.exec(line)?.[1])
  }
  t.deepEqual(await names(), ['a.0', 'a.1'])
  slow = 'a'
  t.deepEqual(await names(), ['a.0', 'a.1'])
  t.deepEqual(linesOf(collector, 'alauda_collection_left_out'), [
    'alauda_collection_left_out{namespace="demo",bound="instances"} 2',
    'alauda_collection_left_out{namespace="demo",bound="name-length"} 0',
  ])
})
