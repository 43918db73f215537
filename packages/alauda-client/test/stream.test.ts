import test from 'ava'
import * as E from 'fp-ts/lib/Either.js'
import { streamOf } from '../src/stream.js'

test('a batch of any size comes one by one', async (t) => {
  const batch = Array.from({ length: 300_000 }, (_, index) => index)
  const stream = streamOf<never, number>((onBatch) => async () => {
    onBatch(batch)
    return E.right(batch)
  })
  let count = 0
  for await (const item of stream) if (E.isRight(item)) count += 1
  t.is(count, batch.length)
})
