import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../../testing/start-process.js'
import type { Result } from './bench.js'
import { cellsOf, type Figure, figureColumns, isShare, ratiosOf, shownNumber, spreadOf } from './figures.js'
import { toSvg } from './plot.js'
import { tableOf } from './table.js'

const folder = join(root, 'bench')
const file = join(folder, 'results.md')

const introduction = `# Results

\`npm run bench\` writes this page; [README.md](README.md) explains the figures. Each is a median, with the least and the greatest value
in parentheses. The ratio is the median of the ratios of all rounds: \`×\` is how often the peer's figure contains this project's, and
without \`×\` it is this project's figure divided by the peer's. What limits a figure that does not reach its goal is written by hand.
`

/** A bench's section, without its heading. */
export const sectionOf = ({ figures, notes, plots = [] }: Result, run: string): string =>
  [
    run,
    tableOf(figureColumns, figures.map(cellsOf)),
    ...notes,
    ...plots.map(({ name, title, y }) => `![${title}: ${y}](plots/${name}.svg)`),
  ].join('\n\n')

/** The sections of a page by the names of their benches. */
const sectionsIn = (page: string): Map<string, string> => {
  const sections = page.split(/^## /m).slice(1)
  return new Map(
    sections.map((section) => [section.slice(0, section.indexOf('\n')), section.slice(section.indexOf('\n')).trim()]),
  )
}

/** The page with another section for a bench. What is written by hand below a heading in the section stays. */
export const withSection = (page: string, names: ReadonlyArray<string>, name: string, section: string): string => {
  const sections = sectionsIn(page)
  const [, byHand = ''] = /(\n\n### .*)$/s.exec(sections.get(name) ?? '') ?? []
  sections.set(name, `${section}${byHand}`)
  const inOrder = names.flatMap((one) => {
    const found = sections.get(one)
    return found === undefined ? [] : [`## ${one}\n\n${found}\n`]
  })
  return [introduction, ...inOrder].join('\n')
}

const committedPage = (): string => (existsSync(file) ? readFileSync(file, 'utf8') : '')

/** Replaces the section of a bench, and its plots. */
export const writeResult = (names: ReadonlyArray<string>, name: string, result: Result, run: string): void => {
  writeFileSync(file, withSection(committedPage(), names, name, sectionOf(result, run)))
  mkdirSync(join(folder, 'plots'), { recursive: true })
  for (const plot of result.plots ?? []) writeFileSync(join(folder, 'plots', `${plot.name}.svg`), toSvg(plot))
}

// Two runs on a quiet machine differ by less.
const tolerance = 1.25

/** The committed section of a bench; empty where there is none. */
export const committedSection = (name: string): string => sectionsIn(committedPage()).get(name) ?? ''

/** The figures whose ratio is worse than in the section, as lines; a figure that the section lacks is not judged. */
export const worseThan = (section: string, figures: ReadonlyArray<Figure>): ReadonlyArray<string> => {
  const committed = ratiosIn(section)
  return figures.flatMap((figure) => {
    const peer = figure.peer?.name ?? ''
    const before = committed.get(keyOf(figure.what, peer))
    const ratios = ratiosOf(figure)
    if (before === undefined || ratios === undefined) return []
    const now = spreadOf(ratios).median
    const isWorse = isShare(figure.goal) ? now > before * tolerance : now < before / tolerance
    return isWorse ? [`${figure.what}, ${peer}: the ratio is ${shownNumber(now)}, it was ${shownNumber(before)}`] : []
  })
}

const keyOf = (what: string, peer: string): string => JSON.stringify([what, peer])

/** The medians in the column `ratio` of a table of {@link figureColumns}. */
const ratiosIn = (section: string): ReadonlyMap<string, number> => {
  const rows = section.split('\n').filter((line) => line.startsWith('| '))
  return new Map(
    rows.flatMap((row) => {
      const cells = row.slice(2).split(' | ')
      const [what = '', , peer = '', , ratio = ''] = cells.map((cell) => cell.trim())
      const [number] = /^[\d ]*\.?\d+/.exec(ratio) ?? []
      return number === undefined ? [] : [[keyOf(what, peer), Number(number.replaceAll(' ', ''))] as const]
    }),
  )
}
