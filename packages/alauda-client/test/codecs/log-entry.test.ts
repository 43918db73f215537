import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { LogEntry, parseLog } from '../../src/codecs/log-entry.js'
import { decoded } from '../helpers/decoded.js'

test('reads a JSON list', (assert) => {
  const body = '[{"time": 1433753089, "instance_id": "b1", "message": "ready"}]'
  assert.deepEqual(decoded(t.array(LogEntry), E.toUnion(parseLog(body))), [
    { time: 1433753089, instance_id: 'b1', message: 'ready' },
  ])
  assert.deepEqual(parseLog('[]'), E.right([]))
})

test('reads the text of older installations, a message a line', (assert) => {
  assert.deepEqual(
    parseLog('[info] started\n\nready\r\n'),
    E.right([{ message: '[info] started' }, { message: 'ready' }]),
  )
})
