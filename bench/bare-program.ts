import { createServer } from 'node:http'

/** The least that a server can do: how fast it answers is how fast the machine is just now. */
const server = createServer((_request, response) => response.end('ok\n'))

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (address !== null && typeof address === 'object') process.send?.(`http://127.0.0.1:${address.port}/`)
})
process.once('disconnect', () => process.exit())
