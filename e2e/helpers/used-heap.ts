import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

// Some garbage is found only once that which refers to it is gone.
const readings = 10

/** How many bytes this process’ own objects take when no garbage is left among them. */
export const usedHeap = async (): Promise<number> => {
  let least = Number.POSITIVE_INFINITY
  for (let reading = 0; reading < readings; reading++) {
    await nextTurn()
    collectGarbage()
    least = Math.min(least, getHeapStatistics().used_heap_size)
  }
  return least
}
