import { connect, type Socket } from 'node:net'
import type { ExecutionContext } from 'ava'

type Teardown = Pick<ExecutionContext, 'teardown'>

/** A connection on which anything can be sent. It ends with the test. */
export const openSocket = (t: Teardown, url: string): Socket => {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  t.teardown(() => socket.destroy())
  // However it ends, that is for the test to look at.
  return socket.on('error', () => {})
}

/** Waits until the connection has ended, in whatever way. */
export const closed = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })

/** What comes until the connection ends, however it ends. */
export const receivedOn = async (socket: Socket): Promise<string> => {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await closed(socket)
  return Buffer.concat(chunks).toString('latin1')
}

/** All that comes back for these bytes until the server closes. */
export const sendRaw = (t: Teardown, url: string, bytes: string | Buffer): Promise<string> => {
  const socket = openSocket(t, url)
  socket.write(bytes)
  return receivedOn(socket)
}

/** Asks for one page, its path exactly as written here: `fetch` would normalize it. */
export const getRaw = (
  t: Teardown,
  url: string,
  path: string,
  headers: ReadonlyArray<string> = [],
): Promise<string> => {
  const lines = [`GET ${path} HTTP/1.1`, ...(headers.some(isHost) ? [] : ['Host: exporter']), ...headers]
  return sendRaw(t, url, `${lines.join('\r\n')}\r\nConnection: close\r\n\r\n`)
}

const isHost = (header: string): boolean => /^host:/i.test(header)

/** The status of an answer, or nothing where none came. */
export const statusOf = (answer: string): number | undefined => {
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? []
  return status === undefined ? undefined : Number(status)
}

/** An answer's headers, as they came. */
export const headOf = (answer: string): string => answer.split('\r\n\r\n')[0] ?? ''
