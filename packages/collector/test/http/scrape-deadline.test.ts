import test from 'ava'
import fc from 'fast-check'
import { scrapeDeadlineMs } from '../../src/http/scrape-deadline.js'

const deadlineMs = (timeout: string) =>
  scrapeDeadlineMs(new Headers({ 'x-prometheus-scrape-timeout-seconds': timeout }))

test('a scrape may take as long as Prometheus waits, less half a second for the way back', (t) => {
  t.is(deadlineMs('10'), 9500)
  t.is(deadlineMs('10.000000'), 9500)
  t.is(deadlineMs('1.5'), 1000)
  t.is(deadlineMs('120'), 119_500)
})

test('of a very short time half is left', (t) => {
  t.is(deadlineMs('1'), 500)
  t.is(deadlineMs('0.8'), 400)
  t.is(deadlineMs('0.1'), 50)
})

test('who does not say how long it waits is taken for Prometheus with its usual settings', (t) => {
  t.is(scrapeDeadlineMs(new Headers()), 9500)
  for (const nonsense of ['', ' ', 'soon', '0', '-5', 'NaN', 'Infinity', '1e999', '10s']) {
    t.is(deadlineMs(nonsense), 9500, nonsense)
  }
})

test('an answer is never later than Prometheus waits', (t) => {
  fc.assert(
    fc.property(fc.double({ min: 0.001, max: 3600, noNaN: true }), (seconds) => {
      const deadline = deadlineMs(String(seconds))
      t.true(deadline > 0 && deadline < seconds * 1000)
    }),
  )
})

test('a deadline is one that Node’s timers can wait for', (t) => {
  t.true(deadlineMs('3000000') <= 2 ** 31 - 1)
})
