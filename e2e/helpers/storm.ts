import type { Socket } from 'node:net'
import type { ExecutionContext } from 'ava'
import { type Batch, nextBatch } from './random-requests.js'
import { closed, openSocket } from './raw-http.js'
import { type Chance, seeded } from './seeded.js'

export interface Storm {
  readonly sent: number
  /** How often each status was answered. */
  readonly statuses: ReadonlyMap<string, number>
  /** What was not answered, but should have been. */
  readonly unanswered: ReadonlyArray<string>
}

interface StormOptions {
  readonly url: string
  readonly seed: number
  readonly requests: number
}

const connections = 16
const longestBatch = 60

const statusLine = /HTTP\/1\.1 (\d{3}) /g

/**
 * Sends so many requests, many on one connection before the first is answered, and many connections at a time. Resolves when
 * the server has closed all of them.
 */
export const storm = async (
  t: Pick<ExecutionContext, 'teardown'>,
  { url, seed, requests }: StormOptions,
): Promise<Storm> => {
  const sockets = new Set<Socket>()
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
  })
  const statuses = new Map<string, number>()
  const unanswered: string[] = []
  let sent = 0

  const send = async ({ bytes, size, malformed, leaves }: Batch): Promise<void> => {
    const socket = openSocket({ teardown: () => {} }, url)
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    let answered = 0
    let rest = ''
    socket.write(bytes)
    sent += size
    await new Promise<void>((resolve) => {
      socket.once('close', resolve)
      socket.on('data', (chunk) => {
        const text = rest + chunk.toString('latin1')
        const found = [...text.matchAll(statusLine)]
        for (const [, status = ''] of found) statuses.set(status, (statuses.get(status) ?? 0) + 1)
        answered += found.length
        const last = found.at(-1)
        // A line may come in two parts.
        rest = text.slice(Math.max(last === undefined ? 0 : last.index + last[0].length, text.length - 12))
        if (answered >= size || leaves) resolve()
      })
    })
    if (leaves) socket.destroy()
    else if (answered < size) unanswered.push(`${answered} of ${size}: ${bytes.toString('latin1')}`)
    if (malformed === undefined) return
    // Not before: what is not HTTP may end the connection at once, with whatever waits on it. What is cut off amid a request
    // is left to the server's limits.
    socket.write(malformed)
    sent += 1
  }

  const sendMany = async (chance: Chance) => {
    while (sent < requests) await send(nextBatch(chance, longestBatch))
  }
  await Promise.all(Array.from({ length: connections }, (_, index) => sendMany(seeded(seed * connections + index))))
  await Promise.all([...sockets].map(closed))
  return { sent, statuses, unanswered }
}
