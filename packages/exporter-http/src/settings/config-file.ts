import * as E from 'fp-ts/lib/Either.js'
import { brokenFile, noFile, readSettingsFile, type SettingsFile } from './file.js'
import { codeOf } from './files.js'
import { quoted } from './printable.js'
import type { Fault } from './setting.js'
import { createReader, type Sources } from './sources.js'
import { table } from './table.js'
import type { Position } from './yaml.js'

/** The file that a flag or a variable names, and what is wrong with it. A file that is read alone needs no one to name it. */
export const readConfigFile = (sources: Sources, isAlone = false): SettingsFile => {
  const { configFile } = table.file
  const reader = createReader(sources)
  const path = reader.value(configFile)
  if (E.isLeft(path)) return brokenFile('', path.left)
  if (path.right === undefined) return noFile
  const origin = reader.found(configFile)?.origin ?? ''
  try {
    return readSettingsFile(path.right, sources.readFile(path.right))
  } catch (error) {
    const named = isAlone ? `${path.right}:` : `${origin}: ${quoted(path.right)}`
    return brokenFile('', [`${named} cannot be read (${codeOf(error)})`])
  }
}

/**
 * Faults of flags and variables first, then those of the file from its top to its end.
 *
 * @example
 * inOrderOf('a.yml')(['a.yml:2:1: x: …', 'a.yml:1:4: y: …', '--z: …']) // ['--z: …', 'a.yml:1:4: y: …', 'a.yml:2:1: x: …']
 */
export const inOrderOf =
  (file: string) =>
  (faults: ReadonlyArray<Fault>): ReadonlyArray<Fault> =>
    faults
      .map((fault) => ({ fault, place: placeIn(file, fault) }))
      .toSorted(({ place: a }, { place: b }) => a.line - b.line || a.column - b.column)
      .map(({ fault }) => fault)

const placeIn = (file: string, fault: Fault): Position => {
  const rest = fault.startsWith(`${file}:`) ? fault.slice(file.length + 1) : ''
  const [, line = 0, column = 0] = /^(\d+):(\d+)/.exec(rest) ?? []
  return { line: Number(line), column: Number(column) }
}
