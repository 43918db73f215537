import test from 'ava'
import fc from 'fast-check'
import { createFairQueue } from '../../src/http/fair-queue.js'

/** A queue whose tasks end when they are asked to; `order` is that in which they began. */
const start = (maxWaiting: number) => {
  const { run } = createFairQueue(maxWaiting)
  const order: string[] = []
  const dropped: string[] = []
  let finish = () => {}
  const add = (group: string, name: string) =>
    void run(group, () => {
      order.push(name)
      return new Promise<string>((resolve) => {
        finish = () => resolve(name)
      })
    }).then((result) => {
      if (result === undefined) dropped.push(name)
    })
  const settle = () => new Promise(setImmediate)
  const finishAll = async () => {
    for (let before = -1; before !== order.length; ) {
      before = order.length
      await settle()
      finish()
      await settle()
    }
  }
  return { add, order, dropped, settle, finishAll }
}

test('one of each group in turn, however many another group has brought', async (t) => {
  const { add, order, finishAll } = start(10)
  for (const name of ['a1', 'a2', 'a3', 'a4']) add('a', name)
  add('b', 'b1')
  add('c', 'c1')
  add('b', 'b2')
  await finishAll()
  t.deepEqual(order, ['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4'])
})

test('when it is full, the group that has most loses its newest, and no other', async (t) => {
  const { add, order, dropped, settle, finishAll } = start(3)
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) add('a', name)
  await settle()
  t.deepEqual(dropped, ['a5'])
  add('b', 'b1')
  await settle()
  t.deepEqual(dropped, ['a5', 'a4'])
  await finishAll()
  t.deepEqual(order, ['a1', 'a2', 'b1', 'a3'])
})

test('every task ends, run or dropped, and no more wait than there is room for', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30 }),
      fc.integer({ min: 1, max: 5 }),
      async (groups, maxWaiting) => {
        const { add, order, dropped, finishAll } = start(maxWaiting)
        for (const [index, group] of groups.entries()) add(group, `${group}${index}`)
        await finishAll()
        t.deepEqual([...order, ...dropped].sort(), groups.map((group, index) => `${group}${index}`).sort())
        t.is(order.length, Math.min(groups.length, maxWaiting + 1))
      },
    ),
  )
})

test('a task that fails does not stop the others', async (t) => {
  const { run } = createFairQueue(3)
  const failing = run('a', () => Promise.reject(new Error('no luck')))
  const other = run('a', async () => 7)
  await t.throwsAsync(failing, { message: 'no luck' })
  t.is(await other, 7)
})
