import Negotiator from 'negotiator'
import { arrangementOf } from '../status/arrangement.js'
import { withoutCredentials } from '../status/links.js'
import { page } from '../status/page.js'
import { isLanguage, type Language, languages } from '../status/texts.js'
import { type Handler, type HttpRequest, reply } from '../toolkit/handler.js'
import { script, style } from './assets.js'
import { inOrderOfRequests } from './in-order.js'
import { type StatusSource, tellStatus } from './tell.js'

export interface StatusPageConfig extends StatusSource {
  readonly telemetryPath: string
  readonly prometheusUrl?: string | undefined
}

/** A page for people: what is collected, and how that goes. */
export const statusRoute =
  ({ telemetryPath, prometheusUrl, ...source }: StatusPageConfig): Handler =>
  async (request) => {
    const arrangement = arrangementOf(request.query)
    const status = await tellStatus(source, true, arrangement)
    const lang = request.query.get('lang')
    const body = await inOrderOfRequests(
      page(status, {
        language: languageFor(request),
        lang: isLanguage(lang) ? lang : null,
        arrangement,
        telemetryPath,
        prometheusUrl: prometheusUrl === undefined ? undefined : withoutCredentials(prometheusUrl),
        assets: { script: script.url(), style: style.url() },
      }),
    )
    return reply(200, 'text/html; charset=utf-8', body, pageHeaders)
  }

/** What is asked for in the address, or else the one that the browser prefers; English for one that wants neither. */
const languageFor = ({ query, headers }: HttpRequest): Language => {
  const asked = query.get('lang')
  if (isLanguage(asked)) return asked
  const preferred = new Negotiator({ headers }).language([...languages])
  return isLanguage(preferred) ? preferred : 'en'
}

/** All that the page may do: run its own script and style, and ask this exporter. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  vary: 'accept-language',
}
