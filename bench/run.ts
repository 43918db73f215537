import { parseArgs } from 'node:util'
import { benchCollect } from './collect.js'
import { benchDecode } from './decode.js'
import { benchHealth } from './health.js'
import { benchLoop } from './loop.js'
import { benchMemory } from './memory.js'
import { benchProbe } from './probe.js'
import { benchRender } from './render.js'
import { benchServe } from './serve.js'
import { benchStartup } from './startup.js'
import type { Bench } from './suite/bench.js'
import { describeRun, whyNotQuiet } from './suite/machine.js'
import { committedSection, sectionOf, worseThan, writeResult } from './suite/results.js'
import { benchWhole } from './whole.js'

/** Each compares this project with peers in the same run. */
const benches: ReadonlyMap<string, Bench> = new Map([
  ['whole', benchWhole],
  ['render', benchRender],
  ['serve', benchServe],
  ['collect', benchCollect],
  ['memory', benchMemory],
  ['loop', benchLoop],
  ['probe', benchProbe],
  ['startup', benchStartup],
])

/** These only print what they measure. */
const reports = new Map([
  ['health', benchHealth],
  ['decode', benchDecode],
])

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    sizes: { type: 'string' },
    rounds: { type: 'string' },
    short: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
})

const names = positionals.length > 0 ? positionals : [...benches.keys()]
const unknown = names.filter((name) => !benches.has(name) && !reports.has(name))
const notQuiet = values.check ? await whyNotQuiet() : undefined
if (unknown.length > 0 || notQuiet !== undefined) {
  const expected = [...benches.keys(), ...reports.keys()].join(', ')
  console.error(notQuiet ?? `${unknown.join(', ')}: unknown bench, expected some of ${expected}`)
  process.exit(1)
}

const rounds = Number(values.rounds ?? (values.short ? 1 : 5))
const sizes = values.sizes?.split(',').map(Number)
const run = describeRun(rounds)
const isComplete = sizes === undefined && !values.short && !values.check
for (const name of names) {
  console.log(`\n## ${name}\n`)
  await reports.get(name)?.()
  const result = await benches.get(name)?.({ sizes, rounds, isShort: values.short })
  if (result === undefined) continue
  console.log(sectionOf({ ...result, plots: [] }, run))
  if (isComplete || values.write) writeResult([...benches.keys()], name, result, run)
  const worse = values.check ? worseThan(committedSection(name), result.figures) : []
  for (const line of worse) console.error(`worse than bench/results.md: ${line}`)
  if (worse.length > 0) process.exitCode = 1
}
