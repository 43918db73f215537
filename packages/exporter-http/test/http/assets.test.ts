import test from 'ava'
import { assetRoute } from '../../src/http/assets.js'
import { script, style } from '../../src/status/assets.js'
import { asked } from '../helpers/asked.js'

test('the script and the style, for good under the address that the page names', async (t) => {
  for (const [asset, contentType] of [
    [script, 'text/javascript; charset=utf-8'],
    [style, 'text/css; charset=utf-8'],
  ] as const) {
    const response = await assetRoute(asset)(asked({}, asset.url().split('?')[1]))
    t.is(response.status, 200)
    t.is(response.contentType, contentType)
    t.deepEqual(response.headers, {
      'x-content-type-options': 'nosniff',
      'cache-control': 'public, max-age=31536000, immutable',
    })
  }
})

test('under an address of another version they are not kept', async (t) => {
  for (const query of ['', 'v=', 'v=old']) {
    const response = await assetRoute(script)(asked({}, query))
    t.is(response.headers?.['cache-control'], 'no-cache')
  }
})

test('all is in them, with the licence of what is not ours; nothing is loaded from elsewhere', (t) => {
  t.regex(script.content(), /uPlot/)
  t.regex(script.content(), /Permission is hereby granted/)
  t.notRegex(script.content(), /\bimport\b|\beval\(|new Function/)
  t.notRegex(style.content(), /@import|url\(/)
  t.true(script.content().length < 100_000)
})
