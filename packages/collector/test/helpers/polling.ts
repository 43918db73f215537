import { manualClock } from '../../../alauda-client/test/helpers/manual-clock.js'
import { createPoller, type PollerConfig } from '../../src/poller.js'
import { tick } from './tick.js'

interface Begun {
  readonly at: number
  readonly previous: string | undefined
  readonly signal: AbortSignal
  readonly end: (result: string) => void
}

/** A poller every 60 s, whose collections end when the test says so. */
export const startable = ({ timeoutMs = 600_000, onCollected }: Partial<PollerConfig<string>> = {}) => {
  const clock = manualClock()
  const begun: Begun[] = []
  const told: unknown[] = []
  const poller = createPoller<string>({
    collect: (previous, signal) =>
      new Promise((end) => {
        begun.push({ at: clock.now(), previous, signal, end })
      }),
    intervalMs: 60_000,
    timeoutMs,
    clock,
    onCollected: onCollected ?? ((result, previous) => told.push([result, previous])),
  })
  const end = async (result: string) => {
    begun.at(-1)?.end(result)
    await tick()
  }
  return { clock, begun, told, poller, end }
}

/** When each collection began. */
export const starts = (begun: ReadonlyArray<Begun>) => begun.map(({ at }) => at)
