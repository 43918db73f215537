/** Paths that would leave a folder, were there one. */
export const traversals: ReadonlyArray<string> = [
  '/../etc/passwd',
  '/../../../../../../etc/passwd',
  '/..%2f..%2fetc%2fpasswd',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/%252e%252e%252fetc%252fpasswd',
  '/..%c0%af..%c0%afetc/passwd',
  '/..\\..\\etc\\passwd',
  '/..%5c..%5cetc%5cpasswd',
  '/etc/passwd',
  '//etc/passwd',
  '/etc/passwd%00.css',
  '/..;/etc/passwd',
  '/assets/../../../../etc/passwd',
  '/assets/..%2f..%2f..%2fpackage.json',
  '/assets/page.css/../../package.json',
  '/assets/page.css%00',
  '/assets/',
  '/metrics/../etc/passwd',
  '/./metrics',
  '/proc/self/environ',
  'file:///etc/passwd',
  'http://127.0.0.1/etc/passwd',
]

const line = '%0d%0aX-Injected:%201%0d%0a%0d%0a'

/** Requests whose query has lines of its own. */
export const injections: ReadonlyArray<string> = [
  '/sd',
  `/?lang=${line}`,
  `/?name=${line}&open=${line}`,
  `/sd?namespace=${line}`,
  `/sd?account=${line}`,
  `/probe?namespace=demo&service=${line}`,
  `/probe?namespace=${line}&service=web&account=${line}`,
  `/assets/page.css?v=${line}`,
  `/${line}`,
]

/** Headers with lines of their own, as far as they can be sent, or with what would be one in the answer. */
export const injectedHeaders: ReadonlyArray<string> = [
  'Host: exporter\rX-Injected: 1',
  'Host: exporter\nX-Injected: 1',
  'Host: exporter"],"labels":{"injected":"1"}},{"targets":["a',
  'Host: injected exporter',
  'Host: injected@exporter',
  'Host: exporter/injected',
  'Host: exporter%0d%0aX-Injected:%201',
  'X-Forwarded-Host: injected',
  'Forwarded: host=injected',
  'Accept-Language: zh\rX-Injected: 1',
  'Accept-Language: zh%0d%0aX-Injected: 1, injected',
  'Accept: text/plain\nX-Injected: 1',
  'Accept: injected/injected',
  'Accept-Encoding: gzip\rX-Injected: 1',
]

interface Malformed {
  readonly bytes: string | Buffer
  /** The answer, where one can still be read. */
  readonly status: number
}

const megabyte = 1024 * 1024
const long = (length: number) => 'a'.repeat(length)
const get = (more: string, version = 'HTTP/1.1') => `GET / ${version}\r\nHost: a\r\n${more}\r\n`

/** What is no request, or too much of one. */
export const malformedRequests = (): Readonly<Record<string, Malformed>> => ({
  'a header of 1 MB': { bytes: get(`X-Long: ${long(megabyte)}\r\n`), status: 431 },
  'the name of a header of 1 MB': { bytes: get(`${long(megabyte)}: 1\r\n`), status: 431 },
  'a hundred thousand headers': { bytes: get('X-Many: 1\r\n'.repeat(100_000)), status: 431 },
  'a URL of 1 MB': { bytes: `GET /${long(megabyte)} HTTP/1.1\r\nHost: a\r\n\r\n`, status: 431 },
  'a method of 1 MB': { bytes: `${long(megabyte)} / HTTP/1.1\r\nHost: a\r\n\r\n`, status: 400 },
  'a body of 10 MB': {
    bytes: `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${10 * megabyte}\r\n\r\n${long(10 * megabyte)}`,
    status: 413,
  },
  'a body of 10 MB in chunks': {
    bytes: `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${`10000\r\n${long(65_536)}\r\n`.repeat(160)}0\r\n\r\n`,
    status: 413,
  },
  'a body without a beginning of an end': { bytes: get('Content-Length: -1\r\n'), status: 400 },
  'two lengths': { bytes: get('Content-Length: 1\r\nContent-Length: 2\r\n'), status: 400 },
  'a length and chunks': { bytes: get('Content-Length: 4\r\nTransfer-Encoding: chunked\r\n'), status: 400 },
  'chunks of no length': { bytes: `${get('Transfer-Encoding: chunked\r\n')}zz\r\n`, status: 400 },
  'a version that is none': { bytes: get('', 'HTTP/9.9'), status: 400 },
  'a version without a number': { bytes: get('', 'HTTP/'), status: 400 },
  'HTTP/2': { bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', status: 400 },
  'TLS where there is none': { bytes: Buffer.from('16030100c8010000c40303', 'hex'), status: 400 },
  'binary junk': { bytes: Buffer.from(Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)), status: 400 },
  'a line without an end': { bytes: `GET / HTTP/1.1\r\nHost: a\r\nX\0: 1\r\n\r\n`, status: 400 },
  'no host': { bytes: 'GET / HTTP/1.1\r\n\r\n', status: 400 },
})
