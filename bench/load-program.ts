import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** Clients of the exporter at the given URL, which make one of the loads below until the parent goes. */
const [, , address = '', authorization = '', load = ''] = process.argv
const url = new URL(address)
const agent = new Agent({ keepAlive: true })

/** How many requests were answered 200, refused (401, 503), cut off by one of the server's limits, or failed otherwise. */
const counts = { answered: 0, refused: 0, cutOff: 0, failed: 0 }

const kindOf = (error: unknown): keyof typeof counts =>
  error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
    ? 'cutOff'
    : 'failed'

const get = (path: string, headers: Readonly<Record<string, string>>): Promise<void> =>
  new Promise((resolve) => {
    const settle = (kind: keyof typeof counts) => {
      counts[kind] += 1
      resolve()
    }
    const asked = request(new URL(path, url), { agent, headers: { authorization, ...headers } }, (response) => {
      const { statusCode = 0 } = response
      const kind = statusCode === 200 ? 'answered' : [401, 503].includes(statusCode) ? 'refused' : 'failed'
      response.once('end', () => settle(kind)).once('error', (error) => settle(kindOf(error)))
      response.resume()
    })
    asked.once('error', (error) => settle(kindOf(error))).end()
  })

const askAgainAndAgain = async (
  path: string,
  headers: () => Readonly<Record<string, string>> = () => ({}),
): Promise<never> => {
  for (;;) {
    await get(path, headers())
    // Also a refusal is an answer, and comes at once.
    await sleep(10)
  }
}

/** Asks for 40 pages at once, reads none of them, and begins again. */
const askWithoutReading = async (): Promise<never> => {
  for (;;) {
    const socket = connect(Number(url.port), url.hostname).on('error', () => {})
    socket.pause()
    socket.write(`GET /metrics HTTP/1.1\r\nHost: ${url.host}\r\nAuthorization: ${authorization}\r\n\r\n`.repeat(40))
    await Promise.race([once(socket, 'close'), sleep(5000)])
    socket.destroy()
  }
}

let guesses = 0
const wrongPassword = () => {
  guesses += 1
  return { authorization: `Basic ${Buffer.from(`demo:${guesses}`).toString('base64')}` }
}
const openMetrics = () => ({ 'accept-encoding': 'gzip', accept: 'application/openmetrics-text' })

const times = (count: number, client: () => Promise<never>): void => {
  for (let index = 0; index < count; index += 1) void client()
}

const loads: Readonly<Record<string, () => void>> = {
  metrics: () => times(40, () => askAgainAndAgain('/metrics')),
  openmetrics: () => times(40, () => askAgainAndAgain('/metrics', openMetrics)),
  page: () => times(40, () => askAgainAndAgain('/')),
  json: () => times(40, () => askAgainAndAgain('/api/v1/services')),
  sd: () => times(40, () => askAgainAndAgain('/sd')),
  probe: () => times(40, () => askAgainAndAgain('/probe?namespace=demo&service=service-1')),
  pipelining: () => times(1, askWithoutReading),
  'pipelining-200': () => times(200, askWithoutReading),
  logins: () => times(40, () => askAgainAndAgain('/metrics', wrongPassword)),
  mixed: () => {
    times(14, () => askAgainAndAgain('/metrics'))
    times(14, () => askAgainAndAgain('/metrics', openMetrics))
    times(2, () => askAgainAndAgain('/'))
    times(1, () => askAgainAndAgain('/api/v1/services'))
    times(1, () => askAgainAndAgain('/sd'))
    times(8, askWithoutReading)
  },
}

process.on('message', () => process.send?.(JSON.stringify(counts)))
process.once('disconnect', () => process.exit())
loads[load]?.()
process.send?.('ready')
