import test from 'ava'
import {
  answersBeforeItEnds,
  answersInEachFormat,
  startExample,
  startForTeam,
  tellsOfRefusal,
} from '../../../e2e/helpers/example-service.js'

const example = { name: 'fastify-plugin', file: 'server.ts', serving: /listening at (http:[^"]+)/, path: '/metrics' }

test('the page of the account’s services is in the format that the scrape prefers', async (t) => {
  const { url } = await startForTeam(t, example)
  const response = await answersInEachFormat(t, url)
  t.is(response.headers.get('cache-control'), null)
})

test('another scope of the app has the collector too', async (t) => {
  const { url } = await startExample(t, example)
  await (await fetch(url)).text() // comes when the first collection is done
  const response = await fetch(new URL('/cloud/services', url))
  t.is(response.headers.get('cache-control'), 'no-store')
  const services: unknown = await response.json()
  t.true(Array.isArray(services))
  t.deepEqual(Array.isArray(services) && services.find(({ service }) => service === 'kibana'), {
    namespace: 'demo',
    service: 'kibana',
    instances: 3,
  })
})

test('when the cloud refuses the password, page and log say so', async (t) => {
  await tellsOfRefusal(t, example)
})

test('a scrape that still waits for the cloud is answered before the process ends', (t) =>
  answersBeforeItEnds(t, example))
