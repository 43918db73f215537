import { constants, type Stats } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'

/** The text of a file, or why it cannot be read. */
export type ReadFile = (path: string) => E.Either<string, string>

// Settings, secrets and certificates are far smaller.
const mostBytes = 1024 ** 2
const longestMs = 30_000

// A named pipe without a writer opens at once, and is then refused as no file.
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/** Why a file cannot be read, where the system has no code for it. Its `code` stands where the system's would. */
const unreadable = (code: string) => Object.assign(new Error(code), { code })

const assertFile = (stats: Stats): void => {
  if (stats.isDirectory()) throw unreadable('it is a directory')
  if (stats.isFIFO()) throw unreadable('it is a named pipe, expected a file')
  if (!stats.isFile()) throw unreadable('it is a device or a socket, expected a file')
  assertSmall(stats.size)
}

const assertSmall = (size: number): void => {
  if (size > mostBytes) throw unreadable(`it is larger than ${mostBytes / 1024 ** 2} MB`)
}

/** UTF-8, and nothing else: a byte order mark at the beginning is left out. */
const textOf = (bytes: Uint8Array): string => {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)
  if (isUtf16) throw unreadable('it is UTF-16, expected UTF-8')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw unreadable('it is not valid UTF-8 text')
  }
}

/**
 * The same, but rejecting when it takes too long. What hangs keeps one of the few threads that Node has for files and names: it is
 * never begun a second time for the same file.
 */
const inTime = <A>(begin: (path: string) => Promise<A>): ((path: string) => Promise<A>) => {
  const underWay = new Map<string, Promise<A>>()
  return async (path) => {
    const result = underWay.get(path) ?? begin(path)
    underWay.set(path, result)
    const forget = () => underWay.delete(path)
    result.then(forget, forget)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(unreadable(`no answer within ${longestMs / 1000} s`)), longestMs)
    })
    try {
      return await Promise.race([result, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Reads a small file without holding up anything else. Rejects for what is no file, too large, no UTF-8, or takes too long. */
export const readTextFile = inTime(async (path) => {
  const file = await open(path, flags)
  try {
    assertFile(await file.stat())
    // It may have grown since.
    const bytes = await buffer(file.createReadStream({ end: mostBytes, autoClose: false }))
    assertSmall(bytes.length)
    return textOf(bytes)
  } finally {
    await file.close()
  }
})

const statInTime = inTime((path) => stat(path))

/** A text that is another one when a file is another one, or why that cannot be found out. */
export const stampOf = async (path: string): Promise<string> => {
  try {
    const { mtimeMs, size, ino } = await statInTime(path)
    return [mtimeMs, size, ino].join(' ')
  } catch (error) {
    return codeOf(error)
  }
}

/**
 * Gives a pure function the files that it asks for: it is called again, each time with those that it missed.
 *
 * @example
 * await withFiles((readFile) => readSettings({ flags, environment, readFile }))
 */
export const withFiles = async <A>(
  read: (readFile: ReadFile) => A,
  readText: (path: string) => Promise<string> = readTextFile,
): Promise<A> => {
  const texts = new Map<string, E.Either<string, string>>()
  for (;;) {
    const missing = new Set<string>()
    const result = read((path) => {
      const text = texts.get(path)
      if (text === undefined) missing.add(path)
      return text ?? E.left('it is not read yet')
    })
    if (missing.size === 0) return result
    const readMissing = async (path: string) => texts.set(path, await TE.tryCatch(() => readText(path), codeOf)())
    await Promise.all([...missing].map(readMissing))
  }
}

/** The system's word for why a file cannot be read, or ours. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown reason'
