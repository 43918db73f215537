import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { readSettings } from '../../src/settings/settings.js'
import type { Sources } from '../../src/settings/sources.js'
import { smallest, sources, withFile } from '../helpers/sources.js'

const faults = (given: Sources) => E.swap(readSettings(given))
const told = (...faults: ReadonlyArray<string>) => E.left(faults)

test('a window must be able to hold a point', (t) => {
  const fault = '--collect.window: must not be shorter than --collect.period, or it may hold no point'
  t.deepEqual(faults(sources(smallest, { 'collect.window': ['59s'] })), E.right([fault]))
  t.deepEqual(faults(sources(smallest, { 'collect.period': ['15m'] })), E.right([fault]))
  t.true(E.isRight(readSettings(sources(smallest, { 'collect.window': ['60s'] }))))
  for (const period of ['1d', '7d']) {
    const flags = { 'collect.window': [period], 'collect.period': [period] }
    t.true(E.isRight(readSettings(sources(smallest, flags))), period)
  }
})

test('every period that may be chosen fits into a window that may be chosen', (t) => {
  for (const period of ['1s', '1m', '5m', '15m', '30m', '1h', '4h', '12h', '1d', '7d', '30d']) {
    const flags = { 'collect.period': [period], 'collect.window': ['30d'] }
    t.true(E.isRight(readSettings(sources(smallest, flags))), period)
  }
})

test('a window that is too short is told where it was given, or where the period was', (t) => {
  t.deepEqual(
    readSettings(withFile('collect:\n  window: 59s\n', smallest)),
    told('exporter.yml:2:11: collect.window: must not be shorter than --collect.period, or it may hold no point'),
  )
  t.deepEqual(
    readSettings(withFile('collect:\n  window: 5m\n  period: 15m\n', smallest)),
    told('exporter.yml:2:11: collect.window: must not be shorter than collect.period, or it may hold no point'),
  )
  t.deepEqual(
    readSettings(withFile('collect:\n  period: 15m\n', smallest)),
    told('exporter.yml:2:11: collect.period: must not be longer than --collect.window, or that may hold no point'),
  )
  t.deepEqual(
    readSettings(withFile('collect:\n  period: 15m\n', smallest, { 'collect.window': ['5m'] })),
    told('--collect.window: must not be shorter than collect.period, or it may hold no point'),
  )
})

test('what is shown is shown at least until the next collection', (t) => {
  const fault = '--collect.max-age: must not be shorter than --collect.interval, or values come and go'
  const ages = { 'collect.max-age': ['59s'] }
  t.deepEqual(faults(sources(smallest, ages)), E.right([fault]))
  t.deepEqual(faults(sources(smallest, { 'collect.max-age': ['10m'], 'collect.interval': ['11m'] })), E.right([fault]))
  for (const interval of ['0', '59s', '1s']) {
    t.true(E.isRight(readSettings(sources(smallest, { ...ages, 'collect.interval': [interval] }))), interval)
  }
  t.true(E.isRight(readSettings(sources({}, { demo: ['true'], 'collect.max-age': ['5s'] }))))
})

test('an empty pattern matches no service: it is refused', (t) => {
  for (const flag of ['collect.include-services', 'collect.exclude-services']) {
    t.deepEqual(faults(sources(smallest, { [flag]: [''] })), E.right([`--${flag}: must not be empty`]))
  }
})

test('values that would come and go are told where their age was given, with the interval’s name there', (t) => {
  const rest = 'or values come and go'
  t.deepEqual(
    readSettings(withFile('collect:\n  interval: 10m\n  max_age: 5m\n', smallest)),
    told(`exporter.yml:3:12: collect.max_age: must not be shorter than collect.interval, ${rest}`),
  )
  t.deepEqual(
    readSettings(withFile('collect: { interval: 10m }', smallest, { 'collect.max-age': ['5m'] })),
    told(`--collect.max-age: must not be shorter than collect.interval, ${rest}`),
  )
  t.deepEqual(
    readSettings(withFile('collect: { max_age: 30s }', smallest)),
    told(`exporter.yml:1:21: collect.max_age: must not be shorter than --collect.interval, ${rest}`),
  )
})
