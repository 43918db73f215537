import { articleWorld } from './article-world.js'
import { help, parseCommandLine, type Settings } from './command-line.js'
import { largeWorld } from './large-world.js'
import { type Simulator, startSimulator } from './server.js'

/** Runs the command until a signal ends it, or returns the exit status. */
export const run = async (args: ReadonlyArray<string>, environment: NodeJS.ProcessEnv): Promise<number | undefined> => {
  const asked = parseCommandLine(args, environment)
  if (asked.kind === 'help') {
    process.stdout.write(help)
    return 0
  }
  if (asked.kind === 'faults') {
    for (const fault of asked.faults) console.error(`alauda-simulator: ${fault}`)
    return 2
  }
  const cloud = await start(asked.settings)
  if (cloud === undefined) return 1
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void cloud.close())
  console.log(cloud.url)
  return undefined
}

const start = async (settings: Settings): Promise<Simulator | undefined> => {
  const { port, latencyMs, username, password, namespace, services, instances, cloudFaults } = settings
  const { seed, cpuUtilization } = settings
  const common = { seed, cpuUtilization, origin: Math.floor(Date.now() / 1000) }
  const world = settings.world === 'large' ? largeWorld({ ...common, services, instances }) : articleWorld(common)
  try {
    return await startSimulator({ world, port, latencyMs, username, password, namespace, faults: cloudFaults })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error
    const why = error.code === 'EADDRINUSE' ? 'it is in use' : error.code
    console.error(`alauda-simulator: cannot listen on port ${port}: ${why}.`)
    return undefined
  }
}
