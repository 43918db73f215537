import { setTimeout as wait } from 'node:timers/promises'
import { AlaudaException, createAlaudaClient } from '@alauda-exporter/alauda-client'
import { changes, type Scaling, scalingOf } from './scaling.js'

const { ALAUDA_USERNAME, ALAUDA_PASSWORD, ALAUDA_ENDPOINT, ALAUDA_NAMESPACE } = process.env
const service = process.argv[2]
if (!ALAUDA_USERNAME || !ALAUDA_PASSWORD || !service) {
  console.error('Set ALAUDA_USERNAME and ALAUDA_PASSWORD, and name a service: npm start web')
  process.exit(2)
}
const namespace = ALAUDA_NAMESPACE || ALAUDA_USERNAME
const setting = (name: string, usual: number, least: number, most: number): number => {
  const value = Number(process.env[name] ?? usual)
  if (value >= least && value <= most) return value
  console.error(`${name} must be a number from ${least} to ${most}`)
  process.exit(2)
}
const intervalSeconds = setting('WATCH_INTERVAL_SECONDS', 60, 0.1, 3600)
const lastingHours = setting('WATCH_HOURS', 24, 0, 500)
const mostFailuresInARow = 30

const client = createAlaudaClient({
  endpoint: ALAUDA_ENDPOINT || undefined,
  credentials: { username: ALAUDA_USERNAME, password: ALAUDA_PASSWORD },
})

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interrupted.abort())
const signal = AbortSignal.any([interrupted.signal, AbortSignal.timeout(lastingHours * 3_600_000)])

const tell = (line: string) => console.log(`${new Date().toISOString()} ${service}: ${line}`)

/** Reports changes until the time is over. Returns the exit status: 1 when the service cannot be read. */
const watch = async (): Promise<number> => {
  let before: Scaling | undefined
  let failures = 0
  while (!signal.aborted) {
    try {
      const now = scalingOf(await client.getService({ namespace, service }, { signal }))
      if (failures > 0) tell('can be read again')
      failures = 0
      for (const line of changes(before, now)) tell(line)
      before = now
    } catch (exception) {
      if (signal.aborted) break
      if (!AlaudaException.is(exception)) throw exception
      // The client's retries have failed too: report an outage once, until it ends.
      if (failures === 0) tell(`cannot be read: ${exception.message}`)
      failures += 1
      if (isForGood(exception) || failures === mostFailuresInARow) return 1
    }
    await wait(intervalSeconds * 1000, undefined, { signal }).catch(() => {})
  }
  tell('no longer watched')
  return 0
}

const isForGood = ({ _tag, status }: AlaudaException): boolean =>
  _tag === 'AuthError' || (_tag === 'HttpError' && status === 404)

process.exitCode = await watch()
