import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../testing/start-process.js'

/** A program in the documentation: complete, as a reader copies it. */
export interface Example {
  /** Where it comes from, as a file name that says what kind of module it is. */
  readonly file: string
  readonly code: string
  /** Whether it ends by itself; else it is compiled only. */
  readonly runs: boolean
}

/** The blocks of a page that are fenced as `ts` or `js`; with `no-run` behind that, they are only compiled. */
export const pageExamples = (page: string): ReadonlyArray<Example> => {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```(ts|js)(?: (no-run))?\n(.*?)^```$/gms)].map(
    ([, language = '', noRun, code = ''], index) => ({
      file: `${page.replaceAll('/', '.')}-${index + 1}.${extension(language, code)}`,
      code,
      runs: noRun === undefined,
    }),
  )
}

const extension = (language: string, code: string): string => {
  if (language === 'ts') return 'mts'
  return /\brequire\(/.test(code) ? 'cjs' : 'mjs'
}
