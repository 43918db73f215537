import { arrangementOf } from '../status/arrangement.js'
import { type Handler, reply } from '../toolkit/handler.js'
import { inOrderOfRequests, readStatus, type StatusSource, statusHeaders } from './status.js'

/** The page's data for other programs: docs/api.md. */
export const servicesApiRoute =
  (source: StatusSource): Handler =>
  async ({ query }) => {
    const status = await readStatus(source, query.get('history') === '1', arrangementOf(query))
    const body = await inOrderOfRequests(jsonOf(status, untilService))
    return reply(200, 'application/json; charset=utf-8', `${body}\n`, statusHeaders)
  }

// Status, accounts, account, namespaces, namespace, services: each service is written in one step.
const untilService = 6

/**
 * The value as JSON, in steps: a value `depth` levels below the outermost is written in one.
 *
 * @example
 * await inSteps(jsonOf([{ a: 1 }, { a: 2 }], 1)) // '[{"a":1},{"a":2}]'
 */
export function* jsonOf(value: object, depth: number): Generator<undefined, string> {
  const pieces: string[] = []
  for (const piece of piecesOf(value, depth)) {
    pieces.push(piece)
    yield
  }
  return pieces.join('')
}

function* piecesOf(value: unknown, depth: number): Iterable<string> {
  if (depth === 0 || typeof value !== 'object' || value === null) {
    yield JSON.stringify(value) ?? 'null'
    return
  }
  const isList = Array.isArray(value)
  let before = isList ? '[' : '{'
  for (const [key, item] of Object.entries(value)) {
    if (!isList && item === undefined) continue
    yield isList ? before : `${before}${JSON.stringify(key)}:`
    yield* piecesOf(item, depth - 1)
    before = ','
  }
  yield before === ',' ? '' : before
  yield isList ? ']' : '}'
}
