import type { AlaudaError } from '@alauda-exporter/alauda-client'
import { createSemaphore, type Semaphore } from '@alauda-exporter/alauda-client/limits/semaphore'
import { nextTurn } from '@alauda-exporter/alauda-client/turns'
import { type AlaudaSource, createProbe, type Snapshot, scrapeDeadlineMs, servicesIn } from '@alauda-exporter/collector'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type Handler, type HttpResponse, headersOf, plainText, reply } from '../toolkit/handler.js'
import type { Watch, Watched } from '../watch.js'

/**
 * One service alone, fetched for this request: `/probe?namespace=demo&service=web`, with `&account=` where several accounts
 * have the namespace. It accepts names in the settings and no addresses: no client can direct it at another host. The
 * calls are made by the account's own client, and so within its limits; however many there are, what else the client is
 * asked for has not to wait for long. Nothing is remembered from one probe to the next.
 *
 * @see https://prometheus.io/docs/guides/multi-target-exporter/
 */
export const probeRoute = (watch: Pick<Watch, 'accounts'>): Handler => {
  const turnsOf = turnsByClient()
  const probeOf = probesByAccount()
  return async ({ query, headers }) => {
    const asked = askedFor(watch.accounts(), query)
    if (E.isLeft(asked)) return asked.left
    const { watched, namespace } = asked.right
    // Yield between concurrent probes, so that they do not block other work.
    await nextTurn()
    const { snapshot, contentType, parts } = await probeOf(watched)({
      client: sourceOfOne(watched.client, asked.right, turnsOf(watched)),
      namespace,
      waitMs: Math.max(scrapeDeadlineMs(headersOf(headers)), shortestWaitMs),
      accept: headers.accept,
    })
    return hasNoService(snapshot) ? noService : reply(200, contentType, parts, { vary: 'Accept' })
  }
}

/**
 * The cloud continues a cancelled call, but the limits no longer count it, and a login's answer is lost with it. A client that sends a
 * timeout of 0 must not bypass the limits that way.
 */
export const shortestWaitMs = 500

/** What the probes of an account have in common is prepared once for as long as its settings stay. */
const probesByAccount = () => {
  const known = new WeakMap<Watched['config'], ReturnType<typeof createProbe>>()
  return ({ config }: Watched): ReturnType<typeof createProbe> => {
    const { namespaces: _, intervalMs: __, ...options } = config
    const probe = known.get(config) ?? createProbe(options)
    known.set(config, probe)
    return probe
  }
}

/**
 * The turns of an account's probes: at most twice as many calls as its client makes at a time. The others wait here: a background
 * collection must not wait for thousands of calls.
 */
const turnsByClient = (): ((watched: Watched) => Semaphore) => {
  const known = new WeakMap<AlaudaSource, Semaphore>()
  return ({ client, account }) => {
    const turns = known.get(client) ?? createSemaphore(2 * account.client.maxConcurrency)
    known.set(client, turns)
    return turns
  }
}

interface Asked {
  readonly watched: Watched
  readonly namespace: string
  readonly service: string
  /** Selects one of several services of that name. */
  readonly uuid?: string
}

const noService = plainText(404, 'There is no such service, or the settings leave it out.')

/** The requested service, or a response that rejects the request without repeating anything of it. */
const askedFor = (accounts: ReadonlyArray<Watched>, query: URLSearchParams): E.Either<HttpResponse, Asked> => {
  const [namespace, service] = [onlyOne(query, 'namespace'), onlyOne(query, 'service')]
  if (namespace === undefined || service === undefined) {
    return E.left(plainText(400, 'Give one namespace and one service: /probe?namespace=NAME&service=NAME.'))
  }
  const [name, uuid] = [onlyOne(query, 'account'), onlyOne(query, 'uuid')]
  if ((name === undefined && query.has('account')) || (uuid === undefined && query.has('uuid'))) {
    return E.left(plainText(400, 'Give account and uuid once, or not at all.'))
  }
  if ([service, ...(uuid === undefined ? [] : [uuid])].some((segment) => foldedAway.has(segment))) {
    return E.left(plainText(400, 'A service cannot be named by nothing, by . or by ..'))
  }

  const ofAccount = accounts.filter(({ account }) => name === undefined || account.name === name)
  if (ofAccount.length === 0) return E.left(plainText(404, 'The settings have no account of this name.'))
  const [watched, ...others] = ofAccount.filter(({ account }) => account.namespaces.includes(namespace))
  if (watched === undefined) return E.left(plainText(404, 'The settings have no namespace of this name.'))
  if (others.length > 0) {
    const names = [watched, ...others].flatMap((one) => one.account.name ?? []).join(', ')
    return E.left(plainText(400, `Several accounts have this namespace: give one of them as account: ${names}.`))
  }
  if (!(watched.config.filter?.({ name: service }) ?? true)) return E.left(noService)
  return E.right({ watched, namespace, service, ...(uuid === undefined ? {} : { uuid }) })
}

// A repeated parameter is ambiguous.
const onlyOne = (query: URLSearchParams, name: string): string | undefined => {
  const [value, ...others] = query.getAll(name)
  return others.length === 0 ? value : undefined
}

// URLs drop these, escaped or not: the call would be another one.
const foldedAway = new Set(['', '.', '..'])

/** A source with this service only; all calls name it as the request does. */
const sourceOfOne = (source: AlaudaSource, { service, uuid }: Asked, turns: Semaphore): AlaudaSource => {
  const address = uuid ?? service
  const turn =
    <A>(signal: AbortSignal | undefined, call: TE.TaskEither<AlaudaError, A>): TE.TaskEither<AlaudaError, A> =>
    () =>
      turns.run(signal, call)
  return {
    listServices: (namespace, { signal } = {}) =>
      pipe(
        turn(signal, source.getService({ namespace, service: address }, { signal })),
        TE.map((found) => (found.service_name === service ? [found] : [])),
      ),
    getService: ({ namespace }, options) =>
      turn(options?.signal, source.getService({ namespace, service: address }, options)),
    listInstances: ({ namespace }, options) =>
      turn(options?.signal, source.listInstances({ namespace, service: address }, options)),
    getInstanceMetrics: ({ namespace, instance }, options) =>
      turn(options?.signal, source.getInstanceMetrics({ namespace, service: address, instance }, options)),
  }
}

const hasNoService = (snapshot: Snapshot): boolean => {
  const { failure } = snapshot
  return failure === undefined
    ? servicesIn(snapshot).length === 0
    : failure.kind === 'HttpError' && failure.status === 404
}
