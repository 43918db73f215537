import test from 'ava'
import {
  answersBeforeItEnds,
  answersInEachFormat,
  startForTeam,
  tellsOfRefusal,
} from '../../../e2e/helpers/example-service.js'

const example = { name: 'nestjs-module', file: 'main.ts', serving: /(http:\S+\/metrics)/ }

test('the page of the account’s services is in the format that the scrape prefers', async (t) => {
  const { url } = await startForTeam(t, example)
  await answersInEachFormat(t, url)
})

test('when the cloud refuses the password, page and log say so', async (t) => {
  await tellsOfRefusal(t, example)
})

test('a scrape that still waits for the cloud is answered before the process ends', (t) =>
  answersBeforeItEnds(t, example))
