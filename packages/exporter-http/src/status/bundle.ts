import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/** The page's script and style, each with all that it needs. */
export interface Bundle {
  readonly script: string
  readonly style: string
}

/**
 * Makes them from their sources. When the package is built this is done once, and what comes of it stands in this file's
 * place (tsup.config.ts): the package has neither the sources nor a bundler.
 */
export const bundle = (): Bundle => {
  const folder = fileURLToPath(new URL('client/', import.meta.url))
  const build = (entry: string): string => {
    const { outputFiles } = buildSync({
      entryPoints: [`${folder}${entry}`],
      absWorkingDir: folder,
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      platform: 'browser',
      charset: 'utf8',
      target: ['chrome111', 'firefox119', 'safari16.4'],
    })
    return outputFiles.map(({ text }) => text).join('')
  }
  return { script: `${notice()}${build('main.ts')}`, style: `${notice()}${build('page.css')}` }
}

/** uPlot's licence must accompany every copy. */
const notice = (): string => {
  const file = createRequire(import.meta.url)
    .resolve('uplot/package.json')
    .replace('package.json', 'LICENSE')
  return `/*! With uPlot, https://github.com/leeoniya/uPlot\n${readFileSync(file, 'utf8').trim()}\n*/\n`
}

let made: Bundle | undefined

/** The same each time. From the sources it is made when the page is first asked for. */
export const loadBundle = (): Bundle => {
  made ??= bundle()
  return made
}
