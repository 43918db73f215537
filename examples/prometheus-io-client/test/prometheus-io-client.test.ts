import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test from 'ava'
import {
  answersBeforeItEnds,
  showsTeam,
  startForTeam,
  teamIsRead,
  tellsOfRefusal,
} from '../../../e2e/helpers/example-service.js'

// @prometheus-io/client asks for Node 22. Several npm at once would fetch it to the same place.
const findNode = async (): Promise<string> => {
  if (Number.parseInt(process.versions.node, 10) >= 22) return process.execPath
  const command = ['exec', '--yes', '--package=node@22', '--', 'node', '--print', 'process.execPath']
  return (await promisify(execFile)('npm', command)).stdout.trim()
}
const example = { name: 'prometheus-io-client', file: 'server.ts', serving: /(http:\S+)/, node: findNode() }

test('the page has the cloud’s metrics beside those that the service has already', async (t) => {
  const { url } = await startForTeam(t, example)
  t.is((await fetch(new URL('/', url))).status, 200)
  const page = await teamIsRead(url)
  t.regex(page, /^shop_pages_total 1$/m)
  t.regex(page, /^process_cpu_seconds_total \S+$/m)
  showsTeam(t, page)
})

test('when the cloud refuses the password, the service’s own metrics are there and the log says why', async (t) => {
  t.regex(await tellsOfRefusal(t, example), /^shop_pages_total 0$/m)
})

test('a scrape that still waits for the cloud is answered before the process ends', (t) =>
  answersBeforeItEnds(t, example))
