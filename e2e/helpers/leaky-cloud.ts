import type { ExecutionContext } from 'ava'
import {
  type Handler,
  type ReceivedRequest,
  type Reply,
  startApiServer,
} from '../../packages/alauda-client/test/helpers/api-server.js'

/** Secrets that must never appear: those that the exporter sends, and those that the cloud returns unasked. */
export const secrets = {
  password: 'päss wörd/"quoted"&<more>',
  token: 'tOkEn-0f-tHe-aCc0uNt-9q8w7e6r5t4z3u2i1o0p',
  variable: 'vAlUe-oF-a-sErViCe-7h6g5f4d3s2a',
}

/** As long as a part may be that stands in a text by chance. */
const chance = 7

const parts = (text: string): ReadonlyArray<string> =>
  Array.from({ length: Math.max(text.length - chance, 1) }, (_, start) => text.slice(start, start + chance + 1))

const markup = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const spellings = Object.values(secrets).flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  new URLSearchParams({ secret }).toString().slice('secret='.length),
  JSON.stringify(secret).slice(1, -1),
  markup(secret),
  Buffer.from(secret).toString('base64'),
  Buffer.from(secret).toString('latin1'),
])

const traces = [...new Set(spellings.flatMap(parts))]

/** Where in a text a secret can be read, however it is spelled there; nothing where none can. */
export const secretIn = (text: string): string | undefined => {
  const found = traces.map((trace) => text.indexOf(trace)).filter((index) => index !== -1)
  const first = Math.min(...found)
  return found.length === 0 ? undefined : text.slice(Math.max(first - 200, 0), first + 50)
}

/** What a careless cloud says of what it was sent. */
const said = `Token ${secrets.token} of demo, password ${secrets.password}, is not right`
const saidOfLogin = `demo cannot log in with ${secrets.password}`

const instances = [{ uuid: 'u0', instance_name: 'web.0' }]
const services = ['web', 'api'].map((service_name) => ({
  service_name,
  uuid: `uuid-of-${service_name}`,
  current_status: 'Running',
  instance_envvars: { DB_PASSWORD: secrets.variable },
  instances,
}))
const list: Reply = { body: { count: services.length, next: null, results: services } }
const metrics: Reply = { body: { columns: ['time', 'memory_usage'], points: [[Math.floor(Date.now() / 1000), 1]] } }
const dump = JSON.stringify({ request: said, services })

const isLogin = ({ path }: ReceivedRequest): boolean => path.startsWith('generate-api-token')
const isMetrics = ({ path }: ReceivedRequest): boolean => path.includes('/metrics')

const works: Handler = (request) => {
  if (isLogin(request)) return { body: { token: secrets.token } }
  if (isMetrics(request)) return metrics
  const one = services.find(({ service_name }) => request.path.endsWith(`/${service_name}/`))
  return one === undefined ? list : { body: one }
}

/** Works, but for calls of this kind. */
const but =
  (isStruck: (request: ReceivedRequest) => boolean, reply: Reply): Handler =>
  (request, response) =>
    isStruck(request) ? reply : works(request, response)

const isCall = (request: ReceivedRequest): boolean => !isLogin(request)
const isList = (request: ReceivedRequest): boolean => isCall(request) && !isMetrics(request)

type Moods = Readonly<Record<string, Handler>>

/** The ways in which a cloud may be careless. */
export const moods: Moods = {
  works,
  'refuses-the-password': but(isLogin, { status: 401, body: { detail: saidOfLogin } }),
  'fails-at-the-login': but(isLogin, { status: 500, body: saidOfLogin }),
  'takes-the-token-back': but(isCall, { status: 401, body: said }),
  'forbids-the-list': but(isList, { status: 403, body: { detail: said } }),
  'fails-at-the-list': but(isList, { status: 500, body: said }),
  'fails-at-the-metrics': but(isMetrics, { status: 500, body: { message: said } }),
  'dumps-all-that-it-knows': but(isCall, { status: 500, body: dump }),
  'dumps-it-behind-a-sentence': but(isCall, { status: 500, body: `Internal error: ${dump}` }),
  'dumps-it-in-a-sentence': but(isCall, {
    status: 500,
    body: { detail: `cannot handle ${JSON.stringify(services)}` },
  }),
  'shows-a-page-for-developers': but(isCall, { status: 500, body: `<!DOCTYPE html>\n<pre>${dump}</pre>` }),
  'breaks-off-amid-json': but(isCall, { body: dump.slice(0, -20) }),
  'has-another-shape': but(isCall, { body: [{ service_name: services, instance_envvars: secrets }] }),
  'has-fields-of-another-shape': but(isList, {
    body: { count: 1, results: [{ service_name: 'web', instances, labels: services, region: dump, created_at: dump }] },
  }),
  'sends-elsewhere': but(isCall, {
    status: 302,
    headers: { location: `http://127.0.0.1:9/?${new URLSearchParams(secrets)}` },
  }),
  'asks-to-wait': but(isCall, { status: 503, headers: { 'retry-after': '1000' }, body: said }),
}

/** Of a sentence only so much is shown: where it is cut, a part of a secret is one too. */
export const longSentences: Moods = {
  'is-cut-amid-the-token': but(isCall, { status: 500, body: `${'x'.repeat(185)} ${secrets.token}` }),
  'is-cut-amid-the-password': but(isLogin, { status: 500, body: `${'x'.repeat(185)} ${secrets.password}` }),
}

/** Settings with an account for each mood, at a cloud that is in it. */
export const leakySettings = async (t: ExecutionContext, moods: Moods) => ({
  alauda: { max_retries: 0 },
  accounts: await Promise.all(
    Object.entries(moods).map(async ([name, mood]) => {
      const { endpoint } = await startApiServer(t, mood)
      return { name, endpoint, username: 'demo', password: secrets.password, namespace: 'demo' }
    }),
  ),
})
