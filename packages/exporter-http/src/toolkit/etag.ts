import type { HttpRequest, HttpResponse } from './handler.js'

/**
 * A response with a validator, or 304 without a body for a client that has it already. The validator is weak: it is the same for the
 * compressed body, and `tag` names what the response says, not its bytes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 * @example
 * tagged(request, 'a1', reply(200, 'text/plain', 'text')) // ETag: W/"a1"
 */
export const tagged = (
  { headers: { 'if-none-match': known } }: Pick<HttpRequest, 'headers'>,
  tag: string,
  response: HttpResponse,
): HttpResponse => {
  const { 'content-type': _, ...headers } = response.headers
  const etag = `W/"${tag}"`
  return known !== undefined && isKnown(known, tag)
    ? { status: 304, headers: { ...headers, etag }, body: new Uint8Array() }
    : { ...response, headers: { ...response.headers, etag } }
}

/** Whether the list has the tag, weak or strong, or is `*`. */
const isKnown = (list: string, tag: string): boolean =>
  list.trim() === '*' || [...list.matchAll(/"([^"]*)"/g)].some(([, known]) => known === tag)
