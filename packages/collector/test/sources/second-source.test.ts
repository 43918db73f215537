import test from 'ava'
import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { createCollector } from '../../src/collector.js'
import type { Service } from '../../src/model.js'
import type { ServiceReading } from '../../src/snapshot.js'
import type { Source } from '../../src/sources/source.js'
import { linesOf } from '../helpers/collectors.js'

const web: Service = { name: 'web', uuid: 'w', kind: 'Deployment', targetInstances: 2, status: 'Running' }

const reading = (service: Service, listedTime: number): ServiceReading => ({
  service,
  listedTime,
  duplicates: 0,
  instances: [
    {
      instance: { name: 'web-x7', uuid: 'x7', startTime: 900 },
      outcome: 'ok',
      point: { time: 1190, memoryUsageBytes: 7 },
    },
  ],
})

/** All that a source of another kind needs: nothing of it is the API's that the cloud has. */
const memorySource: Source = {
  collect: ({ clock, filter }) => {
    const soFar = () => ({
      readTime: clock.now() / 1000,
      services: [web].filter(filter).map((one) => reading(one, 1200)),
    })
    return { soFar, done: Promise.resolve(soFar()) }
  },
}

const collectorOf = (source: Source, options = {}) =>
  createCollector({ client: source, namespaces: ['team'], clock: manualClock(1_200_000), ...options })

test('a source of another kind is shown like the cloud', async (t) => {
  const collector = collectorOf(memorySource)
  await collector.collect()
  const identity = 'namespace="team",service="web"'
  t.deepEqual(linesOf(collector, 'alauda_up'), ['alauda_up{namespace="team"} 1'])
  t.deepEqual(linesOf(collector, 'alauda_service_target_instances'), [`alauda_service_target_instances{${identity}} 2`])
  t.deepEqual(linesOf(collector, 'alauda_instance_memory_usage_bytes'), [
    `alauda_instance_memory_usage_bytes{${identity},instance_name="web-x7"} 7`,
  ])
  t.deepEqual(linesOf(collector, 'alauda_collection_instances{namespace="team",outcome="ok"}'), [
    'alauda_collection_instances{namespace="team",outcome="ok"} 1',
  ])
})

test('it gets the filter, and what it reads is carried over a failure', async (t) => {
  const filtered = collectorOf(memorySource, { filter: ({ name }: Service) => name !== 'web' })
  await filtered.collect()
  t.deepEqual(linesOf(filtered, 'alauda_service'), [])
  let isDown = false
  const collector = collectorOf({
    collect: (options) => {
      if (isDown) throw new Error('down')
      return memorySource.collect(options)
    },
  })
  await collector.collect()
  isDown = true
  const [snapshot] = await collector.collect()
  t.like(snapshot?.failure, { reason: 'decode', message: 'the collection failed: down' })
  t.is(linesOf(collector, 'alauda_instance_memory_usage_bytes').length, 1)
})

test('what it rejects with is a failure of the list, and what it has read until then is kept', async (t) => {
  const [snapshot] = await collectorOf({
    collect: () => ({
      soFar: () => ({ services: [reading(web, 1200)] }),
      done: Promise.reject(new DOMException('the time is over', 'TimeoutError')),
    }),
  }).collect()
  t.deepEqual(
    [snapshot?.failure?.reason, snapshot?.services.length, snapshot?.failures],
    ['timeout', 1, { timeout: 1 }],
  )
})
