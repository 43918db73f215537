import type { Writable } from 'node:stream'

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
