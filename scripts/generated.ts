// What the scripts that write generated files share.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/** Writes these files (path and text) if they differ; with --check it only reports the differing ones. */
export const writeOrCheck = (files: ReadonlyArray<readonly [string, string]>, command: string): void => {
  const isCheck = process.argv.includes('--check')
  for (const [file, text] of files) {
    const path = resolve(root, file)
    const isCurrent = existsSync(path) && readFileSync(path, 'utf8') === text
    if (!isCurrent && isCheck) {
      console.error(`${file} lags behind what it is made of: run \`${command}\` and commit what it writes.`)
      process.exitCode = 1
    }
    if (!isCurrent && !isCheck) writeFileSync(path, text)
  }
}

/** A JSON file as the formatter has it: a list of plain values stands on one line where it fits. */
export const jsonFile = (value: unknown): string => {
  const expanded = JSON.stringify(value, null, 2)
  return `${expanded.replaceAll(
    /^(.*)\[\n([^[\]{}]*?)\n +\](,?)$/gm,
    (whole, before: string, items: string, after: string) => {
      const line = `${before}[${items.trim().replaceAll(/\n */g, ' ')}]${after}`
      return line.length > 120 ? whole : line
    },
  )}\n`
}
