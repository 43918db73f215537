import test from 'ava'
import { withHeaders } from '../../src/http/response-headers.js'
import { plainText } from '../../src/http/route.js'

const request = { method: 'GET', path: '/', query: new URLSearchParams(), headers: {} }

test('headers are on every answer, beside its own', async (t) => {
  const respond = withHeaders(() => ({ 'X-Frame-Options': 'deny' }))(async () => plainText(405, 'no', { allow: 'GET' }))
  t.deepEqual(await respond(request), {
    status: 405,
    contentType: 'text/plain; charset=utf-8',
    body: 'no\n',
    headers: { 'x-frame-options': 'deny', allow: 'GET' },
  })
})

test('a header of the page wins, however it is spelled', async (t) => {
  const page = async () => plainText(200, 'page', { 'content-Security-Policy': "default-src 'self'" })
  const respond = withHeaders(() => ({ 'Content-Security-Policy': "default-src 'none'" }))(page)
  t.deepEqual((await respond(request)).headers, { 'content-security-policy': "default-src 'self'" })
})

test('other headers count from the next request on', async (t) => {
  let headers: Record<string, string> = {}
  const respond = withHeaders(() => headers)(async () => plainText(200, 'page'))
  t.deepEqual((await respond(request)).headers, {})
  headers = { 'X-XSS-Protection': '0' }
  t.deepEqual((await respond(request)).headers, { 'x-xss-protection': '0' })
})
