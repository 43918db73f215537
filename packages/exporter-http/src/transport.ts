import { text } from 'node:stream/consumers'
import { type Clock, type FetchLike, systemClock } from '@alauda-exporter/alauda-client'
import { acceptedCodings, decodedBody } from '@alauda-exporter/alauda-client/http/decoded-body'
import type { Dispatcher } from 'undici'
import { dispatched } from './dispatched.js'
import type { ClientSettings } from './settings/settings.js'

/** The connections of one minute, after which names are resolved again. */
const connectionsLiveMs = 60_000

/**
 * How an account's calls are sent: by undici, at a third of the processor time of the client's default.
 *
 * @example
 * createAlaudaClient({ endpoint, credentials, ...client, fetch: createTransport(client) })
 */
export const createTransport = (
  client: Pick<ClientSettings, 'maxConcurrency' | 'timeoutMs'>,
  clock: Clock = systemClock,
): FetchLike => {
  const current = renewed(connectionsLiveMs, clock, () => openConnections(client))
  return async (url, { method, headers, body, signal }) => {
    const { origin, pathname, search } = new URL(url)
    const connections = await current()
    const answer = await dispatched(
      connections,
      {
        origin,
        path: `${pathname}${search}`,
        method: method === 'POST' ? 'POST' : 'GET',
        headers: { 'accept-encoding': acceptedCodings, ...headers },
        body: body ?? null,
      },
      signal,
    )
    const headerOf = (name: string): string | null => {
      const value = answer.headers[name.toLowerCase()]
      return typeof value === 'string' ? value : (value?.join(', ') ?? null)
    }
    const decoded = decodedBody(answer.body, headerOf('content-encoding'))
    return { status: answer.status, headers: { get: headerOf }, body: decoded, text: () => text(decoded) }
  }
}

const openConnections = async ({
  maxConcurrency,
  timeoutMs,
}: Parameters<typeof createTransport>[0]): Promise<Dispatcher> => {
  // It takes a tenth of a second to load, which commands that call nothing need not wait for.
  const { Agent } = await import('undici')
  return new Agent({
    // A login waits for no turn: it must not wait for a connection either.
    connections: maxConcurrency + 1,
    connectTimeout: timeoutMs,
    // The client has its own deadline for each call.
    headersTimeout: 0,
    bodyTimeout: 0,
  })
}

/** Gives the dispatcher in use; when it is too old, a new one takes over, and the old one ends with its last answer. */
const renewed = (liveMs: number, clock: Clock, open: () => Promise<Dispatcher>): (() => Promise<Dispatcher>) => {
  let opened: { readonly at: number; readonly dispatcher: Promise<Dispatcher> } | undefined
  return () => {
    const now = clock.now()
    // A clock that is set back must not keep it for longer.
    if (opened === undefined || now < opened.at || now >= opened.at + liveMs) {
      opened?.dispatcher.then(
        (old) => old.close(),
        () => {}, // every call that waited for it has failed with the reason
      )
      opened = { at: now, dispatcher: open() }
    }
    return opened.dispatcher
  }
}
