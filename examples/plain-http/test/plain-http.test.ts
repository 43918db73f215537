import test from 'ava'
import {
  answersBeforeItEnds,
  answersInEachFormat,
  startForTeam,
  tellsOfRefusal,
} from '../../../e2e/helpers/example-service.js'

const example = { name: 'plain-http', file: 'server.ts', serving: /(http:\S+)/ }

test('the page of the account’s services is in the format that the scrape prefers', async (t) => {
  const { url } = await startForTeam(t, example)
  await answersInEachFormat(t, url)
  t.is((await fetch(new URL('/', url))).status, 404)
})

test('when the cloud refuses the password, page and log say so', async (t) => {
  await tellsOfRefusal(t, example)
})

test('a scrape that still waits for the cloud is answered before the process ends', (t) =>
  answersBeforeItEnds(t, example))
