import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { startApiServer } from '../helpers/api-server.js'

const client = import.meta.resolve('../../src/index.js')

/** What is loaded of node-fetch by a program of its own, after it has called the API. */
const loadedBy = async (t: ExecutionContext, config: string): Promise<ReadonlyArray<string>> => {
  const { endpoint } = await startApiServer(t, () => ({ body: { username: 'demo' } }))
  const program = `
    import { createRequire } from 'node:module'
    import { createAlaudaClient } from '${client}'
    const client = createAlaudaClient({ endpoint: '${endpoint}', credentials: { token: 'any' }, ${config} })
    await client.profile()
    console.log(JSON.stringify(Object.keys(createRequire(import.meta.url).cache)))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program])
  const modules: ReadonlyArray<string> = JSON.parse(stdout)
  return modules.filter((name) => /node-fetch|cross-fetch/.test(name))
}

test('a client with a fetch of its caller’s never loads node-fetch', async (t) => {
  t.deepEqual(await loadedBy(t, 'fetch'), [])
})

test('a client without one loads it with its first request', async (t) => {
  const loaded = await loadedBy(t, '')
  t.true(loaded.some((name) => name.includes('node-fetch')))
})
