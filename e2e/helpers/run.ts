import { execFile } from 'node:child_process'
import { once } from 'node:events'

// npm's variables for a script would mislead the npm that a test runs. Only the registry's settings stay.
const kept = /^npm_config_(registry|.*_registry|cache|userconfig|globalconfig|proxy|https?_proxy|noproxy|cafile|ca)$/i
const isForThisScript = (name: string): boolean => name.startsWith('npm_') && !kept.test(name)

const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !isForThisScript(name)))

/** Runs a program to its end and gives what it wrote to standard output; fails with all it wrote when it fails. */
export const run = async (command: string, args: ReadonlyArray<string>, cwd: string): Promise<string> => {
  const child = execFile(command, args, { cwd, env: environment, maxBuffer: 2 ** 26 })
  let output = ''
  let written = ''
  child.stdout?.on('data', (text: string) => {
    output += text
    written += text
  })
  child.stderr?.on('data', (text: string) => {
    written += text
  })
  const [status] = await once(child, 'close')
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}; it wrote:\n${written}`)
  return output
}
