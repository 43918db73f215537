import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { nodeOf } from '../../e2e/helpers/packed.js'
import { findProgram } from '../../testing/programs.js'
import type { Subject } from './rounds.js'

const run = promisify(execFile)

/** A subject, or why it cannot be measured on this machine and how to get what is missing. */
export type Peer = Subject | { readonly name: string; readonly missing: string }

export const isPresent = (peer: Peer): peer is Subject => 'command' in peer

/** A program of this bench, by its name without extension. */
export const nodeSubject = (name: string, program: string, ...args: ReadonlyArray<string>): Subject => ({
  name,
  command: [process.execPath, fileURLToPath(import.meta.resolve(`../${program}.js`)), ...args],
})

/** The same on another release of Node.js, which npm gets. */
export const onRelease = async (release: string, { name, command }: Subject): Promise<Peer> => {
  try {
    return { name, command: [await nodeOf(release), ...command.slice(1)] }
  } catch (error) {
    return { name, missing: `npm gets no Node.js ${release}\n${messageOf(error)}` }
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const source = (file: string): string => fileURLToPath(new URL(`../peers/${file}`, import.meta.url))

// Where Debian installs the sources of Go's packages. They have no versions of their own: the distribution has chosen them.
const debianGo = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode' }

/** Builds programs in Go, into a folder that goes with them. */
export const createGoPeers = async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-go-'))
  return {
    build: async (name: string, file: string, ...args: ReadonlyArray<string>): Promise<Peer> => {
      const go = findProgram(['go'])
      if (go === undefined) return { name, missing: `no program go; ${howToGetGo}` }
      const program = join(folder, file.replace(/\.go$/, ''))
      try {
        await run(go, ['build', '-o', program, source(file)], { env: { ...process.env, ...debianGo } })
      } catch (error) {
        return { name, missing: `it cannot be built; ${howToGetGo}\n${messageOf(error)}` }
      }
      return { name, command: [program, ...args] }
    },
    remove: () => rm(folder, { recursive: true }),
  }
}

/** Debian's own Python: its packages are not those of another one in PATH. */
export const pythonPeer = async (name: string, file: string, ...args: ReadonlyArray<string>): Promise<Peer> => {
  const python = '/usr/bin/python3'
  try {
    await run(python, ['-c', 'import prometheus_client'])
    return { name, command: [python, source(file), ...args] }
  } catch {
    return { name, missing: `${python} has no prometheus_client; Debian: apt-get install python3-prometheus-client` }
  }
}

const howToGetGo = 'Debian: apt-get install golang-go golang-github-prometheus-client-golang-dev'

/** A line for each peer that cannot be measured. */
export const missingIn = (peers: ReadonlyArray<Peer>): ReadonlyArray<string> =>
  peers.flatMap((peer) => ('missing' in peer ? [`${peer.name} is left out: ${peer.missing}`] : []))
