import test from 'ava'
import { landingRoute } from '../../src/http/landing.js'

test('is a page with the version and links to everything that is served', async (t) => {
  const { status, contentType, body } = await landingRoute('/m/etrics', '1.2.3')({ headers: {} })
  t.is(status, 200)
  t.is(contentType, 'text/html; charset=utf-8')
  t.true(body.startsWith('<!DOCTYPE html>\n<html lang="en">\n'))
  t.true(body.includes('Version 1.2.3.'))
  t.deepEqual(
    [...body.matchAll(/<a href="([^"]*)">/g)].map(([, href]) => href),
    ['/m/etrics', '/-/healthy', '/-/ready'],
  )
})

test('what it is told is text, not HTML', async (t) => {
  const { body } = await landingRoute('/"><script>', `<b>&'`)({ headers: {} })
  t.true(body.includes('<a href="/&quot;&gt;&lt;script&gt;">'))
  t.true(body.includes('Version &lt;b&gt;&amp;&#39;.'))
})
