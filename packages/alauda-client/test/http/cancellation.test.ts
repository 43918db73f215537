import test from 'ava'
import { Cancellation } from '../../src/http/cancellation.js'

test('the signal and all who follow learn once that a request is not wanted, with the reason', (t) => {
  const reason = new Error('enough')
  const told: unknown[] = []
  const cancellation = new Cancellation()
  const { signal } = cancellation
  cancellation.onAbort((given) => told.push('first', given))
  const unfollow = cancellation.onAbort(() => told.push('called off'))
  cancellation.onAbort((given) => told.push('last', given))
  unfollow()
  cancellation.throwIfAborted()
  t.false(signal.aborted)

  cancellation.abort(reason)
  cancellation.abort(new Error('again'))
  t.deepEqual(told, ['first', reason, 'last', reason])
  t.is(signal.reason, reason)
  t.is(t.throws(() => cancellation.throwIfAborted()), reason)
})

test('who asks when it is over is told at once', (t) => {
  const cancellation = new Cancellation()
  cancellation.abort()
  const told: unknown[] = []
  cancellation.onAbort((reason) => told.push(reason))
  t.is(told.length, 1)
  t.true(cancellation.signal.aborted)
  t.is(cancellation.signal.reason, told[0])
  t.like(told[0], { name: 'AbortError' })
})
