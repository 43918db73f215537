import { cpus, loadavg } from 'node:os'
import { benchDecode } from './decode.js'
import { benchHealth } from './health.js'

const benches = new Map([
  ['health', benchHealth],
  ['decode', benchDecode],
])

const [name = ''] = process.argv.slice(2)
const bench = benches.get(name)
if (bench === undefined) {
  console.error(`npm run bench -- NAME, where NAME is one of: ${[...benches.keys()].join(', ')}`)
  process.exitCode = 1
} else {
  const [cpu] = cpus()
  console.log(`Node.js ${process.versions.node}, ${cpus().length} × ${cpu?.model}, load ${loadavg()[0]?.toFixed(1)}\n`)
  await bench()
}
