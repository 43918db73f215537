import test from 'ava'
import { createTurns } from '../../src/http/turns.js'

/** Tasks that end when they are told to, and the names of those that have begun. */
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
  const inTurn = createTurns(2)
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => inTurn(undefined, task(name)))
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
  const inTurn = createTurns(1)
  await t.throwsAsync(inTurn(undefined, () => Promise.reject(new Error('failed'))))
  t.is(await inTurn(undefined, async () => 'next'), 'next')
})

test('who gives up waits no longer, and takes no turn from anyone', async (t) => {
  const { begun, task, end } = tasks()
  const inTurn = createTurns(1)
  const abort = new AbortController()
  const first = inTurn(undefined, task('first'))
  const givenUp = Array.from({ length: 20 }, () => inTurn(abort.signal, async () => abort.signal.aborted))
  const last = inTurn(undefined, task('last'))
  abort.abort()
  t.deepEqual(new Set(await Promise.all(givenUp)), new Set([true]))
  t.true(await inTurn(abort.signal, async () => abort.signal.aborted))
  t.deepEqual(begun, ['first'])
  end('first')
  await first
  await new Promise(setImmediate)
  t.deepEqual(begun, ['first', 'last'])
  end('last')
  t.is(await last, 'last')
})
