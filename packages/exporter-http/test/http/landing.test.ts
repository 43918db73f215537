import test from 'ava'
import { landingRoute } from '../../src/http/landing.js'
import { asked } from '../helpers/asked.js'

const pageOf = (telemetryPath: string, version: string) => landingRoute(telemetryPath, version)(asked())

test('is a page with the version and links to everything that is served', async (t) => {
  const { status, contentType, body } = await pageOf('/m/etrics', '1.2.3')
  const html = String(body)
  t.is(status, 200)
  t.is(contentType, 'text/html; charset=utf-8')
  t.true(html.startsWith('<!DOCTYPE html>\n<html lang="en">\n'))
  t.true(html.includes('Version 1.2.3.'))
  t.deepEqual(
    [...html.matchAll(/<a href="([^"]*)">/g)].map(([, href]) => href),
    ['/m/etrics', '/-/healthy', '/-/ready'],
  )
})

test('what it is told is text, not HTML', async (t) => {
  const html = String((await pageOf('/"><script>', `<b>&'`)).body)
  t.true(html.includes('<a href="/&quot;&gt;&lt;script&gt;">'))
  t.true(html.includes('Version &lt;b&gt;&amp;&#39;.'))
})
