import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

/** 40 clients of the exporter at the given URL, until the parent goes. */
const url = new URL(process.argv[2] ?? '')
const agent = new Agent({ keepAlive: true })
let answers = 0

const get = (path: string, headers: Readonly<Record<string, string>>): Promise<void> =>
  new Promise((resolve) => {
    const asked = request(new URL(path, url), { agent, headers }, (response) => {
      response.resume().once('close', () => {
        if (response.statusCode === 200) answers += 1
        resolve()
      })
    })
    asked.once('error', () => resolve()).end()
  })

const askAgainAndAgain = async (path: string, headers: Readonly<Record<string, string>> = {}): Promise<never> => {
  for (;;) {
    await get(path, headers)
    // Also a refusal is an answer, and comes at once.
    await sleep(10)
  }
}

/** Asks for 40 pages at once, reads none of them, and begins again. */
const askWithoutReading = async (): Promise<never> => {
  for (;;) {
    const socket = connect(Number(url.port), url.hostname).on('error', () => {})
    socket.pause()
    socket.write(`GET /metrics HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`.repeat(40))
    await Promise.race([once(socket, 'close'), sleep(5000)])
    socket.destroy()
  }
}

const times = (count: number, client: () => Promise<never>): void => {
  for (let index = 0; index < count; index += 1) void client()
}

times(14, () => askAgainAndAgain('/metrics'))
times(14, () => askAgainAndAgain('/metrics', { 'accept-encoding': 'gzip', accept: 'application/openmetrics-text' }))
times(2, () => askAgainAndAgain('/'))
times(1, () => askAgainAndAgain('/api/v1/services'))
times(1, () => askAgainAndAgain('/sd'))
times(8, askWithoutReading)

process.on('message', () => process.send?.(String(answers)))
process.once('disconnect', () => process.exit())
process.send?.('ready')
