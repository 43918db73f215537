import type { Writable } from 'node:stream'
import { type Problem, problemText } from '../toolkit/config/problem.js'

/** What a command has to do with the world around it. */
export interface Io {
  /** Takes what was asked for: metrics, a plan, the help. May throw or reject when it cannot be written. */
  readonly stdout: (text: string) => unknown
  /** Takes the log, and what went wrong. When it cannot be written it is lost. */
  readonly stderr: (text: string) => unknown
}

/** Reports each problem in a line, and gives the exit status for wrong settings. */
export const refuse = (problems: ReadonlyArray<Problem>, io: Io, program = 'exporter-http: '): number => {
  for (const problem of problems) io.stderr(`${program}${problemText(problem)}\n`)
  return 2
}

export interface Output {
  /** Never throws. */
  readonly stdout: (text: string) => void
  /** Never throws. */
  readonly stderr: (text: string) => void
  /** Waits until all of standard output has been written, and gives the first reason why it could not be. */
  readonly failure: () => Promise<unknown>
}

/** An output to which anything can be written at any time: what becomes of it is asked for at the end, if at all. */
export const outputTo = (io: Io): Output => {
  let failure: Promise<unknown> = Promise.resolve()
  return {
    stdout: (text) => {
      const results = Promise.all([failure, failureOf(() => io.stdout(text))])
      failure = results.then(([before, now]) => before ?? now)
    },
    stderr: (text) => {
      // There is nowhere else to report its failure to.
      void failureOf(() => io.stderr(text))
    },
    failure: () => failure,
  }
}

const failureOf = async (write: () => unknown): Promise<unknown> => {
  try {
    await write()
    return undefined
  } catch (error) {
    return error ?? new Error('unknown reason')
  }
}

/**
 * Writes to standard output or error. Resolves when the text was taken, also when its reader has gone: a reader like `head`
 * has seen enough. Rejects for another reason, like a full disk. While `maxWaitingBytes` wait for a reader that does not read,
 * text is dropped: it would fill the memory.
 *
 * @example
 * const write = writerTo(process.stderr, 1024 * 1024)
 */
export const writerTo = (stream: Writable, maxWaitingBytes: number): ((text: string) => Promise<void>) => {
  // Each write reports its own failure; without a listener the stream would end the process.
  stream.on('error', () => {})
  return (text) =>
    new Promise((resolve, reject) => {
      if (stream.writableLength > maxWaitingBytes) {
        resolve()
        return
      }
      // A file is written at once: then it may throw.
      stream.write(text, (error) => {
        if (error && !hasReaderGone(error)) reject(error)
        else resolve()
      })
    })
}

const hasReaderGone = (error: NodeJS.ErrnoException): boolean => error.code === 'EPIPE'
