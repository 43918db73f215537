import type { Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import fc from 'fast-check'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { outcomes } from '../src/snapshot.js'
import type { AlaudaSource } from '../src/sources/cloud/calls.js'
import { failureOf } from '../src/sources/cloud/failure.js'
import { memory, onePage, startCloud } from './helpers/cloud.js'
import { collected } from './helpers/collecting.js'
import { collectorOf, noting } from './helpers/collectors.js'
import { hangs, listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

const read = (source: AlaudaSource, signal = new AbortController().signal) => collected(source, { signal })

const instance = (name: string) => ({ uuid: `uuid-${name}`, instance_name: name })
/** The same as it is shown. */
const shown = (name: string) => ({ uuid: `uuid-${name}`, name })
const web: Service = { service_name: 'web', instances: [instance('web.0'), instance('web.1')] }
const enough = new DOMException('enough', 'AbortError')
const brokeOff = {
  kind: 'UnexpectedError',
  reason: 'timeout',
  message: 'the collection failed: enough',
  cause: enough,
}

test('the signal ends the collection with what was read until then', async (t) => {
  const controller = new AbortController()
  const { source, endpoint } = await startCloud(
    t,
    {
      'services/demo/': onePage(web),
      'services/demo/web/instances/uuid-web.0/metrics': memory([960, 7]),
      'services/demo/web/instances/uuid-web.1/metrics': () => {
        controller.abort(enough)
        return undefined
      },
    },
    { maxConcurrency: 1 }, // the second instance is asked about when the first has answered
  )
  const url = `${endpoint}services/demo/web/instances/uuid-web.1/metrics?start_time=700&end_time=1000&point_per_period=1m`
  t.deepEqual(await read(source, controller.signal), {
    namespace: 'demo',
    startTime: 1000,
    durationSeconds: 0,
    lastSuccessTime: 1000,
    services: [
      {
        service: { name: 'web' },
        instances: [
          { instance: shown('web.0'), outcome: 'ok', point: { time: 960, memoryUsageBytes: 7 } },
          {
            instance: shown('web.1'),
            outcome: 'failed',
            failure: failureOf({
              _tag: 'AbortError',
              endpoint: 'getInstanceMetrics',
              method: 'GET',
              url,
              message: `GET ${url}: given up by the caller`,
              cause: enough,
            }),
          },
        ],
        duplicates: 0,
        listedTime: 1000,
      },
    ],
    duplicates: 0,
    leftOut: {},
    unreadableValues: {},
    futurePoints: 0,
    failures: {},
  })
})

test('a source that ignores the signal does not delay the end of the collection', async (t) => {
  const controller = new AbortController()
  const source = sourceOf({
    listServices: (_namespace, { onPage } = {}) => {
      onPage?.([web, { service_name: 'untold' }])
      return hangs()
    },
    listInstances: hangs,
    getInstanceMetrics: ({ instance: uuid }) =>
      uuid === 'uuid-web.0' ? TE.right({ points: [{ time: 960, memory_usage: 7 }] }) : hangs(),
  })
  const snapshot = read(source, controller.signal)
  setImmediate(() => controller.abort(enough))
  t.deepEqual(await snapshot, {
    namespace: 'demo',
    startTime: 1000,
    durationSeconds: 0,
    failure: brokeOff,
    services: [
      {
        service: { name: 'untold' },
        listedTime: 1000,
        instances: [],
        duplicates: 0,
        instancesFailure: brokeOff,
      },
      {
        service: { name: 'web' },
        instances: [
          { instance: shown('web.0'), outcome: 'ok', point: { time: 960, memoryUsageBytes: 7 } },
          { instance: shown('web.1'), outcome: 'failed', failure: brokeOff },
        ],
        duplicates: 0,
        listedTime: 1000,
      },
    ],
    duplicates: 0,
    leftOut: {},
    unreadableValues: {},
    futurePoints: 0,
    failures: { timeout: 1 },
  })
})

test('a signal that fired beforehand ends the collection too', async (t) => {
  const { failure, services } = await read(sourceOf({ listServices: hangs }), AbortSignal.abort(enough))
  t.deepEqual(failure, brokeOff)
  t.deepEqual(services, [])
})

test('what a source throws, or rejects with, is reported where it happened', async (t) => {
  const cause = new RangeError('too far')
  const failure = { kind: 'UnexpectedError', reason: 'decode', message: 'the collection failed: too far', cause }
  const throws = () => {
    throw cause
  }
  const rejects = () => () => Promise.reject(cause)
  for (const fails of [throws, rejects]) {
    t.deepEqual((await read(sourceOf({ listServices: fails }))).failure, failure)

    const listed = await read(sourceOf({ listServices: listing({ service_name: 'web' }), listInstances: fails }))
    t.is(listed.failure, undefined)
    t.deepEqual(listed.services[0]?.instancesFailure, failure)

    const measured = await read(sourceOf({ listServices: listing(web), getInstanceMetrics: fails }))
    t.is(measured.failure, undefined)
    t.deepEqual(measured.services[0]?.instances, [
      { instance: shown('web.0'), outcome: 'failed', failure },
      { instance: shown('web.1'), outcome: 'failed', failure },
    ])
  }
})

test('what is thrown need not be an Error', async (t) => {
  const source = sourceOf({ listServices: () => () => Promise.reject('a string') })
  t.deepEqual((await read(source)).failure, {
    kind: 'UnexpectedError',
    reason: 'decode',
    message: 'the collection failed: unknown reason',
    cause: 'a string',
  })
})

test('never rejects, and always ends, whatever the source does', async (t) => {
  const misbehave = (how: string) => () => {
    if (how === 'throws') throw new Error(how)
    if (how === 'rejects') return () => Promise.reject(new Error(how))
    if (how === 'fails')
      return TE.left({ _tag: 'AuthError' as const, endpoint: 'login' as const, method: 'GET', url: '', message: how })
    return hangs()
  }
  const behaviour = fc.constantFrom('answers', 'throws', 'rejects', 'fails', 'hangs')
  const sources = fc.record({ list: behaviour, instances: behaviour, metrics: behaviour }).map((how) => ({
    how,
    source: sourceOf({
      listServices: (namespace, options) => {
        const answered = listing(web, { service_name: 'untold' })(namespace, options)
        if (how.list === 'answers') return answered
        void answered() // gives its page before it fails
        return misbehave(how.list)()
      },
      ...(how.instances === 'answers' ? {} : { listInstances: misbehave(how.instances) }),
      ...(how.metrics === 'answers' ? {} : { getInstanceMetrics: misbehave(how.metrics) }),
    }),
  }))
  await fc.assert(
    fc.asyncProperty(sources, async ({ how, source }) => {
      const controller = new AbortController()
      const snapshot = read(source, controller.signal)
      setImmediate(() => controller.abort(enough))
      const { failure, services } = await snapshot
      t.is(failure === undefined, how.list === 'answers')
      t.deepEqual(
        services.map(({ service, instancesFailure }) => [service.name, instancesFailure === undefined]),
        [
          ['untold', how.instances === 'answers'],
          ['web', true],
        ],
      )
      for (const { outcome } of services.flatMap(({ instances }) => instances)) {
        t.is(outcome, how.metrics === 'answers' ? 'empty' : 'failed')
        t.true(outcomes.includes(outcome))
      }
    }),
  )
})

test('gives each snapshot as it is made, and ends when the collector is stopped', async (t) => {
  const { clock, collector } = collectorOf(noting().source)
  const seen: number[] = []
  const reading = (async () => {
    for await (const snapshot of collector) seen.push(snapshot.startTime)
  })()
  collector.start()
  await tick()
  clock.advance(60_000)
  await tick()
  t.deepEqual(seen, [1200, 1260])
  collector.stop()
  await reading
  t.deepEqual(seen, [1200, 1260])
})

test('collections that somebody asks for are given too', async (t) => {
  const { collector } = collectorOf(noting().source)
  const iterator = collector[Symbol.asyncIterator]()
  const next = iterator.next()
  await collector.collect()
  t.is((await next).value?.namespace, 'demo')
})

test('a reader that is slow misses what was replaced, and nothing piles up', async (t) => {
  const { clock, collector } = collectorOf(noting().source, { namespaces: ['one', 'two'] })
  const iterator = collector[Symbol.asyncIterator]()
  for (let minute = 0; minute < 3; minute += 1) {
    await collector.collect()
    clock.advance(60_000)
  }
  const [first, second] = [await iterator.next(), await iterator.next()]
  t.deepEqual(
    [first, second].map(({ value }) => [value?.namespace, value?.startTime]),
    [
      ['one', 1320],
      ['two', 1320],
    ],
  )
})

test('several readers get the same', async (t) => {
  const { collector } = collectorOf(noting().source)
  const readers = [collector[Symbol.asyncIterator](), collector[Symbol.asyncIterator]()]
  const [snapshot] = await collector.collect()
  for (const reader of readers) t.is((await reader.next()).value, snapshot)
})

test('who leaves the loop is given nothing more, and does not end the others', async (t) => {
  const { collector } = collectorOf(noting().source)
  const [leaver, other] = [collector[Symbol.asyncIterator](), collector[Symbol.asyncIterator]()]
  await leaver.return?.()
  await collector.collect()
  t.deepEqual(await leaver.next(), { done: true, value: undefined })
  t.false((await other.next()).done)
})

test('calls of `next` that wait are answered in their order', async (t) => {
  const { collector } = collectorOf(noting().source, { namespaces: ['one', 'two'] })
  const iterator = collector[Symbol.asyncIterator]()
  const asked = [iterator.next(), iterator.next(), iterator.next()]
  await collector.collect()
  collector.stop()
  const answers = await Promise.all(asked)
  t.deepEqual(
    answers.map(({ done, value }) => [done, value?.namespace]),
    [
      [false, 'one'],
      [false, 'two'],
      [true, undefined],
    ],
  )
})
