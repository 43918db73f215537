import type { Chance } from './seeded.js'

type Choices<A = string> = readonly [A, ...A[]]

// Cheap pages more often than costly ones, so that as many requests as possible go into a second.
const paths: Choices = [
  '/-/healthy',
  '/-/healthy',
  '/-/ready',
  '/nothing',
  '/metrics',
  '/',
  '/sd',
  '/probe',
  '/api/v1/services',
  '/-/reload',
  '/assets/page.js',
  '/assets/../page.css',
  '/%2e%2e/etc/passwd',
  '//',
  '*',
  'http://elsewhere.example/metrics',
  '/metrics/',
  '/METRICS',
  '/%',
  '/%00',
  '/__proto__',
  '/constructor',
]
const methods: Choices = [
  'GET',
  'GET',
  'GET',
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'PROPFIND',
]
const names: Choices = [
  'namespace',
  'service',
  'account',
  'uuid',
  'lang',
  'name',
  'sort',
  'order',
  'open',
  'history',
  'v',
  '__proto__',
  '',
]
const values: Choices = [
  'demo',
  'web',
  'none',
  'zh',
  'cpu',
  'desc',
  '1',
  '',
  '..',
  '%00',
  '%ff%fe',
  '%0d%0aX-Made:%201',
  '%',
  '%F0%9F%90%A6',
  '<b>',
  'a'.repeat(300),
]
const accepts: Choices = [
  '*/*',
  'text/plain',
  'application/openmetrics-text;version=1.0.0',
  'text/html;q=2, ,;',
  ';;;',
  'q=',
  'text/*;q=0',
  '\xff\xfe',
]
const encodings: Choices = ['gzip', 'identity', 'gzip;q=0', '*;q=0', 'br, gzip;q=0.5', ';', 'gzip;q=banana', '*']
const headerMakers: Choices<(chance: Chance) => string> = [
  ({ oneOf }) => `Accept: ${oneOf(accepts)}`,
  ({ oneOf }) => `Accept-Encoding: ${oneOf(encodings)}`,
  ({ oneOf }) => `Accept-Language: ${oneOf(['zh', 'en', 'xx-YY;q=7', '*', '-', 'zh;q=0,'])}`,
  ({ oneOf }) => `Range: ${oneOf(['bytes=0-1', 'bytes=-1', 'bytes=9-1', 'rows=1'])}`,
  ({ oneOf }) => `If-None-Match: ${oneOf(['*', '""', 'W/"a"'])}`,
  ({ oneOf }) => `Authorization: ${oneOf(['Basic', 'Basic ====', 'Basic ZGVtbzpkZW1v', 'Token a'])}`,
  ({ oneOf }) => `X-Prometheus-Scrape-Timeout-Seconds: ${oneOf(['1', '0', '-1', 'NaN', '1e999', ''])}`,
  ({ oneOf }) => `X-Prometheus-Refresh-Interval-Seconds: ${oneOf(['1', '0', '-1', 'NaN', '0x7', ''])}`,
  ({ oneOf }) => `Cookie: ${oneOf(['a=b', '=', '__proto__=1'])}`,
  ({ below }) => `X-Long: ${'a'.repeat(below(2000))}`,
  ({ oneOf }) => `${oneOf(['__proto__', 'constructor', 'toString', 'X-\x7e'])}: 1`,
]

const hosts: Choices = ['exporter:1', '127.0.0.1', '[::1]:80', '"}],"', '', 'a b', '\xe7\x81\xb5']

const queryOf = (chance: Chance): string =>
  chance.isTrue(0.4)
    ? `?${Array.from({ length: chance.below(5) }, () => `${chance.oneOf(names)}=${chance.oneOf(values)}`).join('&')}`
    : ''

const bodyOf = (chance: Chance): readonly [string, Buffer] => {
  const body = chance.bytes(chance.below(200))
  if (chance.isTrue(0.5)) return [`Content-Length: ${body.length}\r\n`, body]
  const chunk = [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]
  return [
    'Transfer-Encoding: chunked\r\n',
    Buffer.concat([...(body.length === 0 ? [] : chunk), Buffer.from('0\r\n\r\n')]),
  ]
}

const wellFormed = (chance: Chance): Buffer => {
  const { oneOf, below, isTrue } = chance
  const headers = Array.from({ length: below(5) }, () => `${oneOf(headerMakers)(chance)}\r\n`).join('')
  const [bodyHeader, body] = isTrue(0.15) ? bodyOf(chance) : (['', Buffer.alloc(0)] as const)
  const head = `${oneOf(methods)} ${oneOf(paths)}${queryOf(chance)} HTTP/1.1\r\nHost: ${oneOf(hosts)}\r\n${headers}${bodyHeader}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}

/** What ends a connection: no HTTP, or HTTP that must not be answered otherwise. */
const malformed = (chance: Chance): Buffer => {
  const { oneOf, below, bytes } = chance
  const makers: Choices<() => Buffer | string> = [
    () => bytes(1 + below(300)),
    () => `GET / HTTP/${oneOf(['9.9', '0.9', '1', 'x', ''])}\r\nHost: a\r\n\r\n`,
    () => 'GET / HTTP/1.1\r\n\r\n',
    () => 'GET / HTTP/1.1\r\nHost: a\r\nHost : b\r\n\r\n',
    () => 'GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    () => `GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ${oneOf(['-1', '1, 2', 'x', '99999999999999999999'])}\r\n\r\n`,
    () => `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${oneOf(['65537', '9007199254740993'])}\r\n\r\n`,
    () =>
      `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${oneOf(['zz', '-1', 'fffffffffffffffff'])}\r\n`,
    () => `GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${'a'.repeat(20_000)}\r\n\r\n`,
    () => `GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
    () => `GET / HTTP/1.1\r\nHost: a\r\nX: a${oneOf(['\0', '\r', '\x01'])}b\r\n\r\n`,
    () => 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
    () => 'CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: a\r\n\r\n',
    () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    () => wellFormed(chance).subarray(0, 10 + below(40)),
    () => '\r\n'.repeat(below(100)),
  ]
  const made = oneOf(makers)()
  return typeof made === 'string' ? Buffer.from(made, 'latin1') : made
}

/** Requests for one connection. */
export interface Batch {
  readonly bytes: Buffer
  /** How many they are, all of them well-formed. */
  readonly size: number
  /** What then comes on the same connection; absent when the last request has asked to close it. */
  readonly malformed?: Buffer
  /** Whether the client goes as soon as anything is answered. */
  readonly leaves: boolean
}

const closing = Buffer.from('GET /-/healthy HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')

export const nextBatch = (chance: Chance, most: number): Batch => {
  const requests = Array.from({ length: 1 + chance.below(most) }, () => wellFormed(chance))
  if (chance.isTrue(0.35)) {
    return { bytes: Buffer.concat(requests), size: requests.length, malformed: malformed(chance), leaves: false }
  }
  return { bytes: Buffer.concat([...requests, closing]), size: requests.length + 1, leaves: chance.isTrue(0.2) }
}
