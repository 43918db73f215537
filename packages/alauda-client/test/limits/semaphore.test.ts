import test from 'ava'
import { createSemaphore } from '../../src/limits/semaphore.js'

/** Tasks that end on demand, and the names of those that have begun. */
const tasks = () => {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const task = (name: string) => () =>
    new Promise<string>((resolve) => {
      begun.push(name)
      ends.set(name, () => resolve(name))
    })
  return { begun, task, end: (name: string) => ends.get(name)?.() }
}

test('so many tasks run at a time, in the order they came', async (t) => {
  const { begun, task, end } = tasks()
  const { run } = createSemaphore(2)
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => run(undefined, task(name)))
  await new Promise(setImmediate)
  t.deepEqual(begun, ['a', 'b'])
  end('b')
  t.is(await b, 'b')
  await new Promise(setImmediate)
  t.deepEqual(begun, ['a', 'b', 'c'])
  end('a')
  end('c')
  t.deepEqual(await Promise.all([a, c]), ['a', 'c'])
  await new Promise(setImmediate)
  end('d')
  t.is(await d, 'd')
})

test('a task that fails gives its turn back', async (t) => {
  const { run } = createSemaphore(1)
  await t.throwsAsync(run(undefined, () => Promise.reject(new Error('failed'))))
  t.is(await run(undefined, async () => 'next'), 'next')
})

test('who gives up waits no longer, and takes no turn from anyone', async (t) => {
  const { begun, task, end } = tasks()
  const { run } = createSemaphore(1)
  const abort = new AbortController()
  const first = run(undefined, task('first'))
  const givenUp = Array.from({ length: 20 }, () => run(abort.signal, async (hasSlot) => hasSlot))
  const last = run(undefined, task('last'))
  abort.abort()
  t.deepEqual(new Set(await Promise.all(givenUp)), new Set([false]))
  t.false(await run(abort.signal, async (hasSlot) => hasSlot))
  t.deepEqual(begun, ['first'])
  end('first')
  await first
  await new Promise(setImmediate)
  t.deepEqual(begun, ['first', 'last'])
  end('last')
  t.is(await last, 'last')
})
