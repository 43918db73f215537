import test from 'ava'
import { reloadDisabledRoute, reloadRoute } from '../../src/http/reload.js'
import { asked } from '../helpers/asked.js'

const contentType = 'text/plain; charset=utf-8'
const request = asked()

test('says that the settings were read again, or all that is wrong with them', async (t) => {
  t.deepEqual(await reloadRoute(() => [])(request), {
    status: 200,
    contentType,
    body: 'The settings were read again.\n',
  })
  t.deepEqual(await reloadRoute(() => ['a: is wrong', 'b: so is this'])(request), {
    status: 400,
    contentType,
    body: 'The settings are wrong; the old ones stay.\na: is wrong\nb: so is this\n',
  })
})

test('reads at each request, and not before', async (t) => {
  let reads = 0
  const route = reloadRoute(() => {
    reads += 1
    return []
  })
  t.is(reads, 0)
  await route(request)
  await route(request)
  t.is(reads, 2)
})

test('where it is not enabled it says how to', async (t) => {
  t.deepEqual(await reloadDisabledRoute(request), {
    status: 403,
    contentType,
    body: 'Reloading over HTTP is not enabled: start the exporter with --web.enable-lifecycle, or send it SIGHUP.\n',
  })
})
