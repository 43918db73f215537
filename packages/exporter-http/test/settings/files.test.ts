import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { codeOf, readTextFile, readTextFileSync, withFiles } from '../../src/settings/files.js'
import { readSettings } from '../../src/settings/settings.js'
import { smallest } from '../helpers/sources.js'

const folderOf = async (t: ExecutionContext): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'files-'))
  t.teardown(() => rm(folder, { recursive: true }))
  return folder
}

/** The text, or why there is none, as both ways to read say it. */
const readBoth = async (t: ExecutionContext, path: string): Promise<string> => {
  const inTurn = await readTextFile(path).catch(codeOf)
  const atOnce = E.tryCatch(() => readTextFileSync(path), codeOf)
  t.is(E.isLeft(atOnce) ? atOnce.left : atOnce.right, inTurn, path)
  return inTurn
}

test('the text of a file, without a byte order mark', async (t) => {
  const path = join(await folderOf(t), 'a')
  for (const [content, text] of [
    ['', ''],
    ['灵雀云\r\n', '灵雀云\r\n'],
    ['\uFEFFa\n', 'a\n'],
    ['x'.repeat(1024 ** 2), 'x'.repeat(1024 ** 2)],
  ] as const) {
    await writeFile(path, content)
    t.is(await readBoth(t, path), text)
  }
})

test('what is no file, or has no end, is refused at once with the reason', async (t) => {
  const folder = await folderOf(t)
  const pipe = join(folder, 'pipe')
  execFileSync('mkfifo', [pipe])
  const large = join(folder, 'large')
  await writeFile(large, '')
  await truncate(large, 1024 ** 3)
  for (const [path, reason] of [
    [pipe, 'it is a named pipe, expected a file'],
    [folder, 'it is a directory'],
    ['/dev/zero', 'it is a device or a socket, expected a file'],
    ['/dev/null', 'it is a device or a socket, expected a file'],
    [large, 'it is larger than 1 MB'],
    [join(folder, 'missing'), 'ENOENT'],
    [join(large, 'missing'), 'ENOTDIR'],
  ] as const) {
    t.is(await readBoth(t, path), reason, path)
  }
})

test('what is not UTF-8 is refused', async (t) => {
  const path = join(await folderOf(t), 'a')
  for (const [bytes, reason] of [
    [Buffer.from('\uFEFFhunter2', 'utf16le'), 'it is UTF-16, expected UTF-8'],
    [Buffer.from('\uFEFFhunter2', 'utf16le').swap16(), 'it is UTF-16, expected UTF-8'],
    [Buffer.from([0x61, 0xff]), 'it is not valid UTF-8 text'],
    [Buffer.from([0xc3]), 'it is not valid UTF-8 text'],
    [Buffer.from([0xed, 0xa0, 0x80]), 'it is not valid UTF-8 text'],
  ] as const) {
    await writeFile(path, bytes)
    t.is(await readBoth(t, path), reason)
  }
})

const secretCases: ReadonlyArray<readonly [Buffer, string | undefined]> = [
  [Buffer.from('hunter2\n\n'), undefined],
  [Buffer.from('\uFEFFhunter2\r\n'), undefined],
  [Buffer.from('\r\n'), 'it is empty'],
  [Buffer.from('hunter2', 'utf16le'), 'NUL'],
  [Buffer.from('hunter2', 'utf16le').swap16(), 'NUL'],
  [Buffer.from('\uFEFFhunter2', 'utf16le'), 'UTF-16'],
  [Buffer.from('hun\u0007ter2'), 'control characters'],
  [Buffer.from('hun\nter2'), 'lines'],
]

test('a password or token of any file, variable or YAML block is cleaned or refused in the same way', async (t) => {
  const folder = await folderOf(t)
  const secret = join(folder, 'secret')
  const config = join(folder, 'exporter.yml')
  const faultsOf = async (environment: Record<string, string>, flags: Record<string, string[]> = {}) => {
    const read = await withFiles((readFile) =>
      readSettings({ environment, flags: new Map(Object.entries(flags)), readFile }),
    )
    return E.isLeft(read) ? read.left.join('; ') : undefined
  }
  for (const [bytes, reason] of secretCases) {
    await writeFile(secret, bytes)
    const text = bytes.toString()
    const { ALAUDA_USERNAME } = smallest
    await writeFile(config, JSON.stringify({ alauda: { username: 'demo', password: text } }))
    const fromFiles = [
      await faultsOf({ ALAUDA_USERNAME, ALAUDA_PASSWORD_FILE: secret }),
      await faultsOf({ ALAUDA_NAMESPACE: 'a' }, { 'alauda.token-file': [secret] }),
    ]
    // Variables and YAML are text already.
    const fromTexts =
      reason === 'UTF-16'
        ? []
        : [
            await faultsOf({ ALAUDA_USERNAME, ALAUDA_PASSWORD: text }),
            await faultsOf({ ALAUDA_NAMESPACE: 'a', ALAUDA_TOKEN: text }),
            await faultsOf({ ALAUDA_EXPORTER_CONFIG: config }),
          ]
    for (const faults of [...fromFiles, ...fromTexts]) {
      t.is(faults === undefined, reason === undefined, `${JSON.stringify(text)}: ${faults}`)
      t.true(reason === undefined || faults?.includes(reason), `${JSON.stringify(text)}: ${faults}`)
      t.false(faults?.includes('ter2') ?? false, faults)
    }
  }
})

test('a reading that asks for files one after another gets all of them, whatever becomes of them', async (t) => {
  const folder = await folderOf(t)
  const names = fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(names, names, async (present, asked) => {
      for (const name of present) await writeFile(join(folder, name), name)
      const read = await withFiles((readFile) =>
        asked.map((name) => E.tryCatch(() => readFile(join(folder, name)), codeOf)),
      )
      for (const name of present) await rm(join(folder, name))
      t.deepEqual(
        read,
        asked.map((name) => (present.includes(name) ? E.right(name) : E.left('ENOENT'))),
      )
    }),
    { numRuns: 20 },
  )
})
