import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/** The page's script and style, each with all that it needs. */
export interface Bundle {
  readonly script: string
  readonly style: string
}

/** Makes them from their sources. The built package has the result in place of this file (tsup.config.ts). */
export const bundle = (): Bundle => {
  const folder = fileURLToPath(new URL('client/', import.meta.url))
  const { outputFiles } = buildSync({
    entryPoints: [`${folder}main.ts`],
    absWorkingDir: folder,
    outdir: folder,
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    charset: 'utf8',
    target: ['chrome111', 'firefox119', 'safari16.4'],
  })
  const made = (extension: string): string =>
    `${notice()}${outputFiles.find(({ path }) => path.endsWith(extension))?.text ?? ''}`
  return { script: made('.js'), style: made('.css') }
}

/** uPlot's licence must accompany every copy. */
const notice = (): string => {
  const file = createRequire(import.meta.url)
    .resolve('uplot/package.json')
    .replace('package.json', 'LICENSE')
  return `/*! With uPlot, https://github.com/leeoniya/uPlot\n${readFileSync(file, 'utf8').trim()}\n*/\n`
}
