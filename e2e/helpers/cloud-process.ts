import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Fault } from '@alauda-exporter/alauda-simulator'
import type { ExecutionContext } from 'ava'
import type { WorldStep } from './changing-world.js'

export interface CloudStep extends WorldStep {
  readonly faults: ReadonlyArray<Fault>
}

export interface CloudProcess {
  readonly url: string
  readonly take: (step: CloudStep) => Promise<void>
}

/** A simulator in a process of its own, so that what it remembers is not taken for the exporter's. Ends with the test. */
export const startCloudProcess = async (
  t: Pick<ExecutionContext, 'teardown'>,
  start: number,
): Promise<CloudProcess> => {
  const child = fork(fileURLToPath(import.meta.resolve('./cloud-program.js')), [String(start)], { execArgv: [] })
  const gone = new AbortController()
  const ended = once(child, 'exit').then(() => gone.abort(new Error('the cloud has ended')))
  t.teardown(async () => {
    child.kill()
    await ended
  })
  const answer = async (): Promise<unknown> => {
    const [message] = await once(child, 'message', { signal: gone.signal })
    return message
  }
  return {
    url: String(await answer()),
    take: async (step) => {
      child.send(step)
      await answer()
    },
  }
}
