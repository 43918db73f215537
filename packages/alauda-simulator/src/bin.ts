#!/usr/bin/env node
import { articleWorld } from './article-world.js'
import { help, parseCommandLine } from './command-line.js'
import { startSimulator } from './server.js'
import { largeWorld } from './world.js'

/** Serves until a signal stops it; returns an exit status if there is nothing to serve. */
const run = async (): Promise<number | undefined> => {
  const given = parseCommandLine(process.argv.slice(2), process.env)
  if (given.kind === 'help') {
    process.stdout.write(help)
    return 0
  }
  if (given.kind === 'problems') {
    for (const problem of given.problems) console.error(`alauda-simulator: ${problem}`)
    return 2
  }
  const { world, services, instances, seed, cpuUtilization, ...options } = given.settings
  const common = { seed, cpuUtilization, origin: Math.floor(Date.now() / 1000) }
  try {
    const cloud = await startSimulator({
      ...options,
      world: world === 'large' ? largeWorld({ ...common, services, instances }) : articleWorld(common),
    })
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void cloud.close())
    console.log(cloud.url)
    return undefined
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const why = error.code === 'EADDRINUSE' ? 'it is in use' : error.code
    console.error(`alauda-simulator: cannot listen on port ${options.port}: ${why}.`)
    return 1
  }
}

process.exitCode = await run()
