import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startSimulator } from '@alauda-exporter/alauda-simulator'
import test from 'ava'
import { block, blocks, readme } from '../../testing/readme.js'
import { sourceNode, startProcess } from '../../testing/start-process.js'

test('both languages show the same pictures, commands and code', (t) => {
  t.deepEqual(blocks(readme('README.zh-CN.md')), blocks(readme('README.md')))
})

test('the code to embed shows the cloud’s metrics in the registry', async (t) => {
  const cloud = await startSimulator()
  t.teardown(() => cloud.close())
  // Beside this file, where its imports are found.
  const program = join(import.meta.dirname, `.readme-${process.pid}.ts`)
  await writeFile(program, `${block('ts')}\nconsole.log(await register.metrics())\nprocess.exit()\n`)
  t.teardown(() => rm(program))
  const running = startProcess(t, process.execPath, [...sourceNode, program], {
    env: { ALAUDA_ENDPOINT: cloud.url, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' },
  })
  t.is(await running.match(/^alauda_up\{namespace="demo"\} (.*)$/m), '1')
})
