import { atOnce, type Family, type Group, groupByName, mergeGroup, type Steps } from '../family.js'
import { type Format, type Lines, linesOf, type MetricLines, preparedOf } from './lines.js'
import { PageWriter } from './page-writer.js'

/** A part of a page, in UTF-8. It is written when it is wanted. */
export interface PagePart {
  /** In bytes. */
  readonly length: number
  /** The content, which is kept for the next reader unless that would take too much memory. Readers must not change it. */
  readonly bytes: () => Uint8Array<ArrayBuffer>
  /** Gives the content to a function, and keeps nothing. The bytes are others once the function has returned. */
  readonly read: <A>(use: (bytes: Uint8Array<ArrayBuffer>) => A) => A
}

/** Families that follow each other on a page. */
export interface Section {
  readonly families: ReadonlyArray<Family>
  /** `prepared` and `constant`: the same objects always have the same content, and what is written of them may be kept. */
  readonly kind: 'prepared' | 'constant' | 'any'
}

/** Families of which each stands alone on its page, and cannot change. */
const constants = new WeakSet<Family>()

/** Marks a family that will not change, and of which no two samples are of one series. */
export const markConstant = (family: Family): void => {
  constants.add(family)
}

/** The families in the order of a page, each name once, in as few sections as there can be. */
export function* sectionsOf(families: ReadonlyArray<Family>): Steps<ReadonlyArray<Section>> {
  const sections: Array<Section & { readonly families: Family[] }> = []
  for (const group of groupByName(families)) {
    const kind = kindOf(group)
    const members = kind === 'any' ? [yield* mergeGroup(group)] : group
    const last = sections.at(-1)
    if (last?.kind === kind) last.families.push(...members)
    else sections.push({ families: [...members], kind })
    if (kind === 'any') yield
  }
  return sections
}

const kindOf = (group: Group): Section['kind'] => {
  if (areApart(group)) return 'prepared'
  return group.length === 1 && constants.has(group[0]) ? 'constant' : 'any'
}

/** Whether families are prepared and have no series in common, as those of several accounts: a label of each has another value. */
const areApart = (group: Group): boolean => {
  const [first, ...others] = group
  const ofFirst = preparedOf(first)?.added
  if (ofFirst === undefined) return false
  if (others.length === 0) return true
  const added = group.map((family) => preparedOf(family)?.added)
  return (
    !added.includes(undefined) &&
    Object.keys(ofFirst).some((name) => new Set(added.map((labels) => labels?.[name] ?? '')).size === added.length)
  )
}

/** The parts of a section, of which so many bytes may be kept. */
export const partsOf = ({ families }: Section, format: Format, mostKept: number): ReadonlyArray<PagePart> => {
  const metrics = families.map((family) => ({ metric: family, lines: linesOf(family, format) }))
  return partsOfLines(metrics, format, mostKept)
}

/** The parts of these metrics. Those of one name, as of several accounts, follow each other. */
export const partsOfLines = (
  metrics: ReadonlyArray<MetricLines>,
  format: Format,
  mostKept: number,
): ReadonlyArray<PagePart> => {
  const blocks = blocksOf(metrics, format)
  const kept = { left: mostKept }
  return rangesOf(blocks).map((range) => rangePart(blocks, range, kept))
}

/** A part of a page that is written already. */
export const partOf = (bytes: Uint8Array<ArrayBuffer>): PagePart => ({
  length: bytes.length,
  bytes: () => bytes,
  read: (use) => use(bytes),
})

/** The whole page at once. */
export const wholePage = (families: ReadonlyArray<Family>, format: Format): string => {
  const decoder = new TextDecoder()
  const parts = atOnce(sectionsOf(families)).flatMap((section) => partsOf(section, format, 0))
  return parts.map((part) => part.read((bytes) => decoder.decode(bytes))).join('') + format.end
}

/** The text of a family's lines, from one index to before another. */
export const textOfLines = ({ write }: Lines, from: number, to: number): string => {
  const decoder = new TextDecoder()
  let text = ''
  for (let start = from; start < to; start += linesOfPart) {
    page.cutTo(0)
    write(page, start, Math.min(start + linesOfPart, to))
    text += decoder.decode(page.written())
  }
  return text
}

/** The lines of a family, some of them below a head. */
interface Block {
  readonly head: () => string
  /** The index of the line that the head stands before; absent where it stands before another block, or nowhere. */
  readonly headed: number | undefined
  readonly lines: Lines
}

const blocksOf = (metrics: ReadonlyArray<MetricLines>, format: Format): ReadonlyArray<Block> => {
  let headedName: string | undefined
  return metrics.map(({ metric, lines }) => {
    // A head without a sample says nothing.
    const first = headedName === metric.name ? undefined : firstLine(lines)
    if (first !== undefined) headedName = metric.name
    return { head: () => format.head(metric), headed: first, lines }
  })
}

const firstLine = ({ count, isThere }: Lines): number | undefined => {
  for (let index = 0; index < count; index += 1) if (isThere(index)) return index
  return undefined
}

/** From a line of a block to before a line of the same or a later one. */
interface Range {
  readonly from: Place
  readonly to: Place
}

interface Place {
  readonly block: number
  readonly line: number
}

// They are written in a fraction of a millisecond, and compressed by themselves, for which smaller parts cost more.
const linesOfPart = 1500

const rangesOf = (blocks: ReadonlyArray<Block>): ReadonlyArray<Range> => {
  const ranges: Range[] = []
  let from: Place = { block: 0, line: 0 }
  let left = linesOfPart
  for (const [block, { lines }] of blocks.entries()) {
    let line = 0
    while (lines.count - line >= left) {
      line += left
      left = linesOfPart
      ranges.push({ from, to: { block, line } })
      from = { block, line }
    }
    left -= lines.count - line
  }
  return [...ranges, { from, to: { block: blocks.length, line: 0 } }]
}

// Used by one part at a time, from its beginning to its end.
const page = new PageWriter()

const rangePart = (blocks: ReadonlyArray<Block>, { from, to }: Range, kept: { left: number }): PagePart => {
  let length: number | undefined
  let bytes: Uint8Array<ArrayBuffer> | undefined
  const write = (): number => {
    page.cutTo(0)
    for (let block = from.block; block <= to.block; block += 1) {
      const written = blocks[block]
      if (written === undefined) break
      const { lines, head, headed = -1 } = written
      const start = block === from.block ? from.line : 0
      const end = block === to.block ? to.line : lines.count
      if (headed >= start && headed < end) page.text(head())
      lines.write(page, start, end)
    }
    length = page.length
    return length
  }
  return {
    get length() {
      return length ?? write()
    },
    bytes: () => {
      if (bytes !== undefined) return bytes
      const made = write()
      const copy = page.copy()
      if (made > kept.left) return copy
      kept.left -= made
      bytes = copy
      return bytes
    },
    read: (use) => {
      if (bytes !== undefined) return use(bytes)
      write()
      return use(page.written())
    },
  }
}
