import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './start-process.js'

export const readme = (file: string): string => readFileSync(join(root, file), 'utf8')

/** The code blocks of a page, as `[language, code]`. */
export const blocks = (markdown: string): ReadonlyArray<readonly [string, string]> =>
  [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => [language, code])

/** The README's first block of a language. */
export const block = (language: string): string =>
  blocks(readme('README.md')).find(([name]) => name === language)?.[1] ?? ''
