import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port of 127.0.0.1 where nothing listens: the wanted one, or where that is taken any. */
export const freePort = async (wanted = 0): Promise<number> => {
  const server = createServer().listen(wanted, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch (error) {
    if (wanted === 0) throw error
    return freePort()
  }
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('a port was listened on that has no number')
  return address.port
}
