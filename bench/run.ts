import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { benchDecode } from './decode.js'
import { benchHealth } from './health.js'
import { benchRender } from './render.js'
import type { Bench } from './suite/bench.js'
import { cellsOf, figureColumns } from './suite/figures.js'
import { printTable } from './table.js'
import { benchWhole } from './whole.js'

/** Each compares this project with peers in the same run. */
const benches: ReadonlyMap<string, Bench> = new Map([
  ['whole', benchWhole],
  ['render', benchRender],
])

/** These only print their figures. */
const reports = new Map([
  ['health', benchHealth],
  ['decode', benchDecode],
])

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { sizes: { type: 'string' }, rounds: { type: 'string' }, short: { type: 'boolean', default: false } },
})

const names = positionals.length > 0 ? positionals : [...benches.keys()]
const unknown = names.filter((name) => !benches.has(name) && !reports.has(name))
if (unknown.length > 0) {
  console.error(`${unknown.join(', ')}: unknown, expected some of ${[...benches.keys(), ...reports.keys()].join(', ')}`)
  process.exit(1)
}

const [cpu] = cpus()
console.log(`Node.js ${process.versions.node}, ${cpus().length} × ${cpu?.model}, load ${loadavg()[0]?.toFixed(1)}`)
for (const name of names) {
  console.log(`\n${name}\n`)
  await reports.get(name)?.()
  const result = await benches.get(name)?.({
    sizes: values.sizes?.split(',').map(Number),
    rounds: Number(values.rounds ?? (values.short ? 1 : 5)),
    isShort: values.short,
  })
  if (result === undefined) continue
  printTable(figureColumns, result.figures.map(cellsOf))
  for (const note of result.notes) console.log(`\n${note}`)
}
