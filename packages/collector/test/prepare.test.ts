import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import type { Family } from '../src/family.js'
import { collectorOf, linesOf, watched } from './helpers/collectors.js'
import { listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

/** A source whose service has another name in each collection: `web1`, `web2` and so on. */
const renamed = () => {
  let collections = 0
  return sourceOf({
    listServices: (namespace, options) => {
      collections += 1
      const name = `web${collections}`
      return listing({ service_name: name, uuid: name, instances: [] })(namespace, options)
    },
  })
}

const info = (name: string) => [`alauda_service_info{namespace="demo",service="${name}",uuid="${name}"} 1`]

/** Prepares what it is given, and is done when `end` is called. */
const createPreparation = () => {
  const waiting: Array<(done: { families: ReadonlyArray<Family>; end: () => void }) => void> = []
  return {
    prepare: async (tables: () => Promise<ReadonlyArray<Family>>) => {
      const families = await tables()
      await new Promise<void>((end) => waiting.shift()?.({ families, end }))
    },
    /** The next preparation, once its families are made. */
    next: () => new Promise<{ families: ReadonlyArray<Family>; end: () => void }>((resolve) => waiting.push(resolve)),
  }
}

test('scrapes get the collection before until the next one is prepared, and then what was prepared', async (t) => {
  const { prepare, next } = createPreparation()
  const { collector } = collectorOf(renamed(), { prepare })
  const first = next()
  const collected = collector.collect()
  const { end } = await first
  end()
  await collected
  let before = info('web1')
  for (const name of ['web2', 'web3']) {
    const preparation = next()
    const collected = watched(collector.collect())
    const { families, end } = await preparation
    await collector.scrape(0)
    t.deepEqual(linesOf(collector, 'alauda_service_info'), before)
    t.false(collected.isDone)
    end()
    await collector.collect()
    const shown = await collector.scrape(0)
    before = info(name)
    t.deepEqual(linesOf(collector, 'alauda_service_info'), before)
    t.true(families.length > 10)
    t.true(families.every((family, index) => family === shown[index]))
  }
})

test('what was prepared is made again when it gets too old before it is shown', async (t) => {
  const { prepare, next } = createPreparation()
  const { clock, collector } = collectorOf(renamed(), { maxAgeMs: 1_000, prepare })
  const preparation = next()
  const collected = collector.collect()
  const { end } = await preparation
  clock.advance(2_000)
  end()
  await collected
  t.deepEqual(linesOf(collector, 'alauda_service_info'), [])
})

test('a collection is shown after five seconds, whatever prepares its pages', async (t) => {
  const { clock, collector } = collectorOf(renamed(), { prepare: () => new Promise(() => {}) })
  const collected = watched(collector.collect())
  await tick()
  clock.advance(4_999)
  await tick()
  t.false(collected.isDone)
  clock.advance(1)
  await tick()
  t.true(collected.isDone)
  t.deepEqual(linesOf(collector, 'alauda_service_info'), info('web1'))
})

test('nothing is prepared for a collection at each scrape: its scrape waits for it', async (t) => {
  const { collector } = collectorOf(renamed(), { intervalMs: 0, prepare: async () => t.fail() })
  await collector.scrape(1_000)
  t.deepEqual(linesOf(collector, 'alauda_service_info'), info('web1'))
})

test('a collector that was stopped meanwhile prepares nothing', async (t) => {
  let answer = () => {}
  const source = sourceOf({
    listServices: () => () =>
      new Promise((resolve) => {
        answer = () => resolve(E.right([]))
      }),
  })
  const { collector } = collectorOf(source, { prepare: async () => t.fail() })
  const collected = collector.collect()
  await tick()
  collector.stop()
  answer()
  await collected
  t.deepEqual(collector.snapshots(), [])
})
