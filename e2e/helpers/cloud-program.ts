import { startSimulator } from '@alauda-exporter/alauda-simulator'
import { createChangingWorld } from './changing-world.js'
import type { CloudStep } from './cloud-process.js'

const { world, now, take } = createChangingWorld(Number(process.argv[2]))
const cloud = await startSimulator({ world, clock: { now } })

const isStep = (message: unknown): message is CloudStep =>
  typeof message === 'object' && message !== null && 'now' in message && 'faults' in message

process.on('message', (message) => {
  if (!isStep(message)) throw new Error(`not a step: ${JSON.stringify(message)}`)
  take(message)
  cloud.faults.set(message.faults)
  process.send?.('taken')
})
process.once('disconnect', () => process.exit())
process.send?.(cloud.url)
