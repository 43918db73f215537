import test from 'ava'
import { answersBeforeItEnds, showsTeam, startForTeam, tellsOfRefusal } from '../../../e2e/helpers/example-service.js'

const example = { name: 'express-existing-app', file: 'server.ts', serving: /(http:\S+)/ }

test('the page has the cloud’s metrics beside those that the app has already', async (t) => {
  const { url } = await startForTeam(t, example)
  t.is((await fetch(new URL('/orders', url), { method: 'POST' })).status, 201)
  const page = await (await fetch(url)).text()
  t.regex(page, /^shop_orders_total 1$/m)
  t.regex(page, /^process_cpu_seconds_total \S+$/m)
  showsTeam(t, page)
})

test('when the cloud refuses the password, the app’s own metrics are there and the log says why', async (t) => {
  t.regex(await tellsOfRefusal(t, example), /^shop_orders_total 0$/m)
})

test('a scrape that still waits for the cloud is answered before the process ends', (t) =>
  answersBeforeItEnds(t, example))
