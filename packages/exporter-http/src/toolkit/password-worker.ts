import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'

// A script of its own would have another place in the sources than in the package.
const program = `
const { parentPort, workerData } = require('node:worker_threads')
const { compareSync } = require(workerData)
parentPort.on('message', ({ password, hash }) => parentPort.postMessage(compareSync(password, hash)))
`

/** Whether a password matches a bcrypt hash; rejects if the comparison fails. */
export type Compare = (password: string, hash: string) => Promise<boolean>

/**
 * Compares passwords in a thread of its own, which starts with the first one: comparisons are slow on purpose, and would block the
 * process. One at a time. It keeps no process alive.
 *
 * @example
 * const compare = createPasswordWorker()
 * await compare('secret', '$2y$10$…') // false
 */
export const createPasswordWorker = (): Compare => {
  let worker: Worker | undefined

  const start = (): Worker => {
    const started = new Worker(program, {
      eval: true,
      workerData: createRequire(import.meta.url).resolve('bcryptjs'),
      execArgv: [],
      env: {},
    })
    const forget = () => {
      if (worker === started) worker = undefined
    }
    started.unref()
    return started.on('error', forget).on('exit', forget)
  }

  return (password, hash) =>
    new Promise((resolve, reject) => {
      worker ??= start()
      const current = worker
      const settle = (finish: () => void) => {
        current.off('message', onMessage).off('error', onError).off('exit', onExit)
        current.unref()
        finish()
      }
      const onMessage = (isSame: unknown) => settle(() => resolve(isSame === true))
      const onError = (cause: unknown) => settle(() => reject(new Error('the password cannot be compared', { cause })))
      const onExit = () => settle(() => reject(new Error('the thread that compares passwords has ended')))
      current.on('message', onMessage).on('error', onError).on('exit', onExit)
      current.ref()
      current.postMessage({ password, hash })
    })
}
