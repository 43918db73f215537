import test from 'ava'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { collectorOf, linesOf } from './helpers/collectors.js'
import { listing, sourceOf } from './helpers/sources.js'

const web = { service_name: 'web', instances: [{ uuid: 'u', instance_name: 'web.0' }] }

/** A cloud that gives the same point for ever, and how many of ten minutes its value is shown for. */
const minutesShown = async (time: number) => {
  const source = sourceOf({
    listServices: listing(web),
    getInstanceMetrics: () => TE.right({ points: [{ time, memory_usage: 7 }] }),
  })
  const { clock, collector } = collectorOf(source)
  const shown: boolean[] = []
  for (let minute = 0; minute <= 10; minute++) {
    await collector.collect()
    shown.push(linesOf(collector, 'alauda_instance_memory').length === 1)
    clock.advance(60_000)
  }
  return shown.map(Number).join('')
}

test('of a cloud that stands still, the last value is shown until it is too old, and does not come back', async (t) => {
  t.is(await minutesShown(1_200), '11111100000')
  t.is(await minutesShown(1_190), '11111000000')
})

test('a point older than what was asked for counts from when it was first read', async (t) => {
  t.is(await minutesShown(100), '11111100000')
})
