import { createHook } from 'node:async_hooks'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

// Some garbage is found only once that which refers to it is gone, and Node reports it a turn of its loop later.
const rounds = 20

/** How many of the promises that were made while `task` ran are in memory when it is over, settled or not: somebody keeps them. */
export const promisesLeftBehind = async (task: () => Promise<unknown>): Promise<number> => {
  const left = new Set<number>()
  let isOver = false
  await nextTurn() // the caller's own promises are made by then
  const hook = createHook({
    init: (id, type) => {
      if (type === 'PROMISE' && !isOver) left.add(id)
    },
    destroy: (id) => {
      left.delete(id)
    },
  }).enable()
  await task()
  isOver = true
  for (let round = 0; round < rounds && left.size > 0; round++) {
    collectGarbage()
    await nextTurn()
  }
  hook.disable()
  return left.size
}
