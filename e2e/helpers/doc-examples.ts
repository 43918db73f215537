import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { root, sourceNode } from '../../testing/start-process.js'
import type { Example } from './example.js'
import { compilerOptions } from './public-symbols.js'

const cache = join(root, 'e2e/node_modules/.cache')

/** Writes the examples into a new folder in which their imports are found, and gives its path. */
export const writeExamples = async (examples: ReadonlyArray<Example>): Promise<string> => {
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'doc-examples-'))
  await Promise.all(examples.map(({ file, code }) => writeFile(join(folder, file), code)))
  return folder
}

// JavaScript has no place for the types of parameters.
const implicitAny = new Set([7006, 7031])
const isWanted = (file: string, code: number) => file.endsWith('.mts') || !implicitAny.has(code)

/** What the compiler has to say about files of a folder, line by line; nothing when they are right. */
export const compileFaults = (folder: string, files: ReadonlyArray<string>): ReadonlyArray<string> => {
  const program = ts.createProgram(
    files.map((file) => join(folder, file)),
    { ...compilerOptions(), allowJs: true, checkJs: true },
  )
  return files.flatMap((file) => {
    const source = program.getSourceFile(join(folder, file))
    if (source === undefined) return [`${file}: not found`]
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
      .filter(({ code }) => isWanted(file, code))
      .map(
        ({ start = 0, messageText }) =>
          `${file}:${source.getLineAndCharacterOfPosition(start).line + 1}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      )
  })
}

const program = fileURLToPath(new URL('./run-examples.ts', import.meta.url))

/** Runs files of a folder one after the other in one process, and returns the failures. */
export const runFaults = async (
  folder: string,
  files: ReadonlyArray<string>,
  env: NodeJS.ProcessEnv,
): Promise<ReadonlyArray<string>> => {
  const { PATH, HOME } = process.env
  const child = fork(
    program,
    files.map((file) => join(folder, file)),
    {
      execArgv: sourceNode,
      env: { PATH, HOME, ...env },
      silent: true,
      timeout: 30_000, // something that an example leaves running holds the process up
      killSignal: 'SIGKILL',
    },
  )
  const went = new Set<string>()
  child.on('message', (file) => went.add(basename(String(file))))
  child.stdout?.resume()
  const complaints = child.stderr === null ? '' : text(child.stderr)
  const [code, signal]: unknown[] = await once(child, 'exit')
  const missing = files.filter((file) => !went.has(file))
  if (code === 0 && missing.length === 0) return []
  const end = signal === null ? `exit status ${code}` : `something still ran after the last example (${signal})`
  return [...missing.map((file) => `${file} did not go well`), end, await complaints]
}
