import test from 'ava'
import { Cancellation } from '../../src/http/cancellation.js'

test('the signal and all who follow learn once that a request is not wanted, with the reason', (t) => {
  const reason = new Error('enough')
  const reports: unknown[] = []
  const cancellation = new Cancellation()
  const { signal } = cancellation
  cancellation.onAbort((given) => reports.push('first', given))
  const unfollow = cancellation.onAbort(() => reports.push('called off'))
  cancellation.onAbort((given) => reports.push('last', given))
  unfollow()
  cancellation.throwIfAborted()
  t.false(signal.aborted)

  cancellation.abort(reason)
  cancellation.abort(new Error('again'))
  t.deepEqual(reports, ['first', reason, 'last', reason])
  t.is(signal.reason, reason)
  t.is(
    t.throws(() => cancellation.throwIfAborted()),
    reason,
  )
})

test('who asks when it is over is informed at once', (t) => {
  const cancellation = new Cancellation()
  cancellation.abort()
  const reports: unknown[] = []
  cancellation.onAbort((reason) => reports.push(reason))
  t.is(reports.length, 1)
  t.true(cancellation.signal.aborted)
  t.is(cancellation.signal.reason, reports[0])
  t.like(reports[0], { name: 'AbortError' })
})
