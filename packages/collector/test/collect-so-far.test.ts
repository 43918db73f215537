import type { InstanceMetrics, Service } from '@alauda-exporter/alauda-client'
import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { manualClock } from '../../alauda-client/test/helpers/manual-clock.js'
import { unfinished } from '../src/sources/source.js'
import { collecting } from './helpers/collecting.js'
import { promised } from './helpers/promised.js'
import { serviceOf, snapshotOf, someFailure } from './helpers/snapshots.js'
import { hangs, listing, sourceOf } from './helpers/sources.js'
import { tick } from './helpers/tick.js'

const instance = (name: string) => ({ uuid: `uuid-${name}`, instance_name: name })
/** The same as it is shown. */
const shown = (name: string) => ({ uuid: `uuid-${name}`, name })
const shownPoint = (time: number) => ({ time, memoryUsageBytes: time })
const point = (time: number) => ({ time, memory_usage: time })
const web: Service = { service_name: 'web', instances: [instance('web.0'), instance('web.1')] }
const untold: Service = { service_name: 'untold' }

test('before anything came, the list has failed as unfinished', (t) => {
  const clock = manualClock(1_000_000)
  const { soFar } = collecting(sourceOf({ listServices: hangs }), { clock, intervalSeconds: 60 })
  clock.advance(250)
  t.deepEqual(soFar(), {
    namespace: 'demo',
    startTime: 1000,
    durationSeconds: 0.25,
    intervalSeconds: 60,
    failure: unfinished,
    services: [],
    duplicates: 0,
    leftOut: {},
    unreadableValues: {},
    futurePoints: 0,
    failures: {},
  })
})

test('before anything came, the services are those of the snapshot before, their instances as unfinished', (t) => {
  const previous = snapshotOf(
    [serviceOf({}, [{ instance: shown('web.0'), outcome: 'ok', point: shownPoint(960) }]), serviceOf(untold)],
    { lastSuccessTime: 940 },
  )
  const { soFar } = collecting(sourceOf({ listServices: hangs }), { previous })
  const { services, lastSuccessTime, failure } = soFar()
  t.deepEqual(services, [
    serviceOf(untold),
    serviceOf({}, [{ instance: shown('web.0'), outcome: 'failed', failure: unfinished, point: shownPoint(960) }]),
  ])
  t.deepEqual([lastSuccessTime, failure], [940, unfinished])
})

test('as long as the list is being read, the services of its first pages are known, and the others as before', async (t) => {
  const previous = snapshotOf([serviceOf({ service_name: 'api' }), serviceOf({ service_name: 'web', image_tag: '1' })])
  const source = sourceOf({
    listServices: (_namespace, { onPage } = {}) => {
      onPage?.([{ service_name: 'web', image_tag: '2', instances: [] }])
      return hangs()
    },
  })
  const { soFar } = collecting(source, { previous, clock: manualClock(1_060_000) })
  await tick()
  const { services, failure } = soFar()
  t.deepEqual(failure, unfinished)
  t.deepEqual(
    services.map(({ service, listedTime }) => [service.name, service.imageTag, listedTime]),
    [
      ['api', undefined, 1000],
      ['web', '2', 1060],
    ],
  )
})

test('a service whose instances are not listed yet has them as before, or none', async (t) => {
  const reading = { instance: shown('untold.0'), outcome: 'ok', point: shownPoint(960) } as const
  const source = sourceOf({ listServices: listing(untold), listInstances: hangs })
  const of = async (previous?: ReturnType<typeof snapshotOf>) => {
    const { soFar } = collecting(source, { previous })
    await tick()
    return soFar()
  }
  const first = await of()
  t.is(first.failure, undefined)
  t.deepEqual(first.services, [{ ...serviceOf(untold), instancesFailure: unfinished }])
  t.deepEqual((await of(snapshotOf([serviceOf(untold, [reading])]))).services, [
    {
      ...serviceOf(untold, [
        { instance: shown('untold.0'), outcome: 'failed', failure: unfinished, point: shownPoint(960) },
      ]),
      instancesFailure: unfinished,
    },
  ])
})

test('of an instance that answered and one that hangs, the first is known and the second as before', async (t) => {
  const answer = promised<InstanceMetrics>()
  const source = sourceOf({
    listServices: listing(web),
    getInstanceMetrics: ({ instance: uuid }) =>
      uuid === 'uuid-web.0' ? async () => E.right({ points: [point(990)] }) : async () => E.right(await answer.promise),
  })
  const previous = snapshotOf([
    serviceOf(
      web,
      web.instances?.map((one) => ({ instance: shown(one.instance_name), outcome: 'ok', point: shownPoint(930) })),
    ),
  ])
  const { soFar, done } = collecting(source, { previous })
  await tick()
  t.deepEqual(soFar().services, [
    serviceOf(web, [
      { instance: shown('web.0'), outcome: 'ok', point: shownPoint(990) },
      { instance: shown('web.1'), outcome: 'failed', failure: unfinished, point: shownPoint(930) },
    ]),
  ])
  answer.give({ points: [point(991)] })
  t.deepEqual((await done).services, [
    serviceOf(web, [
      { instance: shown('web.0'), outcome: 'ok', point: shownPoint(990) },
      { instance: shown('web.1'), outcome: 'ok', point: shownPoint(991) },
    ]),
  ])
})

test('when it is done, what it has seen so far is its result; asking changes nothing', async (t) => {
  const source = sourceOf({
    listServices: listing(web, untold),
    listInstances: () => async () => E.right([instance('untold.0')]),
    getInstanceMetrics: () => async () => E.right({ points: [point(990)] }),
  })
  const previous = snapshotOf([serviceOf({ service_name: 'gone' })], { failure: someFailure })
  const unasked = await collecting(source, { previous }).done
  const { soFar, done } = collecting(source, { previous })
  const seen = [soFar()]
  for (let step = 0; step < 20; step += 1) {
    await Promise.resolve()
    seen.push(soFar())
  }
  t.deepEqual(await done, unasked)
  t.deepEqual(soFar(), unasked)
  t.true(seen.some(({ failure }) => failure !== undefined))
  t.deepEqual(
    unasked.services.map(({ service }) => service.name),
    ['untold', 'web'],
  )
})

test('services of one name that are read again by uuid are unfinished until that is done', async (t) => {
  const again = promised<InstanceMetrics>()
  const twins: ReadonlyArray<Service> = ['shop', 'blog'].map((project_name) => ({
    service_name: 'web',
    project_name,
    uuid: project_name,
    instances: [instance(project_name)],
  }))
  const notFound = {
    _tag: 'HttpError',
    endpoint: 'getInstanceMetrics',
    method: 'GET',
    url: '',
    status: 404,
    firstLine: '',
    message: 'not found',
  } as const
  const source = sourceOf({
    listServices: listing(...twins),
    getInstanceMetrics:
      ({ service: address, instance: uuid }) =>
      async () => {
        if (address === 'shop') return E.right(await again.promise)
        return uuid === 'uuid-blog' ? E.right({ points: [point(990)] }) : E.left(notFound)
      },
  })
  const { soFar, done } = collecting(source)
  await tick()
  const outcomes = ({ services }: ReturnType<typeof soFar>) =>
    services.map(({ service, instances }) => [service.project, ...instances.map(({ outcome }) => outcome)])
  t.deepEqual(outcomes(soFar()), [['blog', 'ok'], ['shop']])
  again.give({ points: [point(990)] })
  t.deepEqual(outcomes(await done), [
    ['blog', 'ok'],
    ['shop', 'ok'],
  ])
})
