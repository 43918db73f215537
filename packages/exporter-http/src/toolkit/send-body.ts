import type { ServerResponse } from 'node:http'

const pieceBytes = 64 * 1024

/**
 * Sends a body piece by piece, as fast as the client reads it: a connection keeps one piece, and others may share the body. One piece
 * in each turn of the event loop: the system accepts megabytes at once, and from many connections at the same time.
 */
export const sendBody = (response: ServerResponse, body: Uint8Array): void => {
  let sent = 0
  const sendMore = (): void => {
    if (sent + pieceBytes >= body.length) {
      response.end(body.subarray(sent))
      return
    }
    const isRoom = response.write(body.subarray(sent, sent + pieceBytes))
    sent += pieceBytes
    if (isRoom) setImmediate(sendMore)
    else response.once('drain', () => setImmediate(sendMore))
  }
  sendMore()
}

/** The bodies that clients have not read yet. */
export interface Held {
  /** Counts the body until the returned function is called. A body that several clients read counts once. */
  readonly hold: (body: Uint8Array, cutOff: () => void) => () => void
}

/**
 * Bounds the memory of unread bodies: beyond `maxBytes` it disconnects the clients of the oldest one. Clients that read finish long
 * before that, and the others must not block them.
 */
export const createHeld = (maxBytes: number): Held => {
  const takers = new Map<Uint8Array, Set<() => void>>()
  let bytes = 0
  const letGo = (body: Uint8Array) => {
    if (takers.delete(body)) bytes -= body.length
  }
  const cutOffOldest = (newest: Uint8Array) => {
    for (const [body, cutOffs] of takers) {
      if (bytes <= maxBytes || body === newest) return
      letGo(body)
      for (const cutOff of cutOffs) cutOff()
    }
  }
  return {
    hold: (body, cutOff) => {
      const known = takers.get(body)
      const cutOffs = known ?? new Set()
      cutOffs.add(cutOff)
      if (known === undefined) {
        takers.set(body, cutOffs)
        bytes += body.length
        cutOffOldest(body)
      }
      return () => {
        cutOffs.delete(cutOff)
        if (cutOffs.size === 0 && takers.get(body) === cutOffs) letGo(body)
      }
    },
  }
}
