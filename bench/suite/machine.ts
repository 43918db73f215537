import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from '../../testing/start-process.js'

/** The first line that a program writes; nothing where there is no such program. */
const firstLineOf = (program: string, ...args: ReadonlyArray<string>): string | undefined => {
  try {
    return execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).split(
      '\n',
    )[0]
  } catch {
    return undefined
  }
}

const require = createRequire(import.meta.url)

const versionOf = (library: string): string => {
  const manifest: unknown = JSON.parse(readFileSync(require.resolve(`${library}/package.json`), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : ''
}

/** On which machine, with which versions and when this runs. */
export const describeRun = (rounds: number): string => {
  const [cpu] = cpus()
  const commit = firstLineOf('git', 'rev-parse', '--short', 'HEAD')
  const isChanged = firstLineOf('git', 'status', '--porcelain', '--', 'packages', 'bench/*.ts') !== ''
  const parts = [
    new Date().toISOString().slice(0, 16).replace('T', ' '),
    `commit ${commit}${isChanged ? ' with changes' : ''}`,
    `${cpus().length} × ${cpu?.model}`,
    `load ${loadavg()[0]?.toFixed(1)} at the start`,
    `${rounds} rounds`,
    `Node.js ${process.versions.node}`,
    `prom-client ${versionOf('prom-client')}`,
    `@prometheus-io/client ${versionOf('@prometheus-io/client')}`,
    `cross-fetch ${versionOf('cross-fetch')}`,
    firstLineOf('go', 'version')?.replace('go version go', 'Go '),
    firstLineOf('/usr/bin/python3', '--version'),
  ]
  return `${parts.filter((part) => part !== undefined).join(', ')}.`
}

const quietLoad = 0.5
const quietShare = 0.05

/** Why the machine is too busy to judge a run; absent when it is quiet. */
export const whyNotQuiet = async (): Promise<string | undefined> => {
  const [load = 0] = loadavg()
  if (load > quietLoad) return `the load of the last minute is ${load.toFixed(1)}, at most ${quietLoad} is quiet`
  const before = busyTimes()
  await sleep(3_000)
  const after = busyTimes()
  const share = (after.busy - before.busy) / (after.all - before.all)
  return share > quietShare ? `other programs use ${Math.round(share * 100)} % of the CPU` : undefined
}

const busyTimes = () => {
  const times = cpus().map((cpu) => cpu.times)
  const sum = (of: (time: (typeof times)[number]) => number) => times.reduce((all, time) => all + of(time), 0)
  const idle = sum((time) => time.idle)
  const busy = sum((time) => time.user + time.nice + time.sys + time.irq)
  return { busy, all: busy + idle }
}
