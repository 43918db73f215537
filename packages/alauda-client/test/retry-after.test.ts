import test from 'ava'
import { parseRetryAfter } from '../src/retry-after.js'

const now = Date.UTC(2026, 0, 1)
const hour = 3_600_000

test('digits and the three forms of an HTTP date are respected, at most an hour; anything else is ignored', (t) => {
  const cases: ReadonlyArray<readonly [string, number | undefined]> = [
    ['30', 30_000],
    [' 30 ', 30_000],
    ['0', undefined],
    ['9'.repeat(400), hour],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Thursday, 01-Jan-26 00:01:00 GMT', 60_000],
    ['Thu Jan  1 00:01:00 2026', 60_000],
    ['Fri, 01 Jan 2099 00:00:00 GMT', hour],
    ['Friday, 01-Jan-99 00:00:00 GMT', undefined], // of 1999
    ['Wed, 31 Dec 2025 23:59:00 GMT', undefined],
    ...['-5', '1.5', '1e3', '0x10', '30, 60', '30s', 'soon', '', '2099', '2099-01-01', '2099-01-01T00:00:00Z'].map(
      (text): readonly [string, number | undefined] => [text, text === '2099' ? 2_099_000 : undefined],
    ),
  ]
  for (const [text, ms] of cases) t.is(parseRetryAfter(text, null, now), ms, text)
  t.is(parseRetryAfter(null, null, now), undefined)
})

test('a date is by the server’s clock', (t) => {
  t.is(parseRetryAfter('Thu, 01 Jan 2015 00:01:00 GMT', 'Thu, 01 Jan 2015 00:00:00 GMT', now), 60_000)
})
