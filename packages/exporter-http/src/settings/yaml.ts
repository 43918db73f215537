import * as E from 'fp-ts/lib/Either.js'
import { type Alias, isAlias, isMap, isSeq, LineCounter, type ParsedNode, parseDocument, Scalar } from 'yaml'
import { scalarValue } from './yaml-scalar.js'
import { syntaxSentence } from './yaml-syntax.js'

/** Where something stands in a file, counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** What a YAML file holds, with the places where it stands. */
export type Node =
  | { readonly kind: 'empty'; readonly at: Position }
  | ScalarNode
  | { readonly kind: 'list'; readonly at: Position; readonly items: ReadonlyArray<Node> }
  | { readonly kind: 'map'; readonly at: Position; readonly entries: ReadonlyArray<Entry> }

/** Any single value. */
export interface ScalarNode {
  readonly kind: 'text'
  readonly at: Position
  /** As it was written. */
  readonly text: string
  /** What YAML reads it as, where that is no text: `true` for `True`, 100 for `1e2`. */
  readonly value?: number | boolean
}

export interface Entry {
  /** Absent for a key that is no text: YAML takes lists and maps for keys too. */
  readonly key?: string
  readonly at: Position
  readonly value: Node
}

/** A place in a file, and what is wrong there. */
export interface SyntaxFault {
  readonly at: Position
  readonly what: string
}

/**
 * Reads YAML, and tells all that is wrong with its syntax, in words that repeat nothing of it.
 *
 * @example
 * parseYaml('a: 007')
 * // right({ kind: 'map', at, entries: [{ key: 'a', at, value: { kind: 'text', at, text: '007', value: 7 } }] })
 */
export const parseYaml = (source: string): E.Either<ReadonlyArray<SyntaxFault>, Node> => {
  const lineCounter = new LineCounter()
  const document = parseDocument(source.replace(/^\uFEFF/, ''), {
    // In this schema every scalar is a string.
    schema: 'failsafe',
    // Those are told with their path, together with all other faults.
    uniqueKeys: false,
    // Pretty errors hold a part of the file, and so perhaps a secret.
    prettyErrors: false,
    lineCounter,
  })
  const positionOf = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset)
    return { line, column: col }
  }
  const faults = [...document.errors, ...document.warnings].map(({ code, pos }) => ({
    at: positionOf(pos[0]),
    what: syntaxSentence(code),
  }))
  if (faults.length > 0) return E.left(firstOfEachLine(faults))
  if (document.contents === null) return E.right({ kind: 'empty', at: start })
  const aliasFaults: SyntaxFault[] = []
  const node = toNode(document.contents, undefined, { positionOf, faults: aliasFaults, anchors: new Map() })
  return aliasFaults.length > 0 ? E.left(aliasFaults) : E.right(node)
}

const start: Position = { line: 1, column: 1 }

interface Context {
  readonly positionOf: (offset: number) => Position
  readonly faults: SyntaxFault[]
  /** What the anchors so far stand for; nothing while one's own node is being read. */
  readonly anchors: Map<string, Node | undefined>
}

const toNode = (node: ParsedNode | null, keyAt: Position | undefined, context: Context): Node => {
  if (node === null) return { kind: 'empty', at: keyAt ?? start }
  const at = context.positionOf(node.range[0])
  if (isAlias(node)) return toAliasNode(node.source, at, context)
  const { anchor } = node
  if (anchor !== undefined) context.anchors.set(anchor, undefined)
  const converted = toOwnNode(node, at, keyAt, context)
  if (anchor !== undefined) context.anchors.set(anchor, converted)
  return converted
}

const toAliasNode = (name: string, at: Position, { anchors, faults }: Context): Node => {
  const target = anchors.get(name)
  if (target !== undefined) return { ...target, at }
  const what = anchors.has(name)
    ? 'must not contain itself'
    : 'there is no such anchor; a value that begins with * must stand in quotes'
  faults.push({ at, what })
  return { kind: 'empty', at }
}

const toOwnNode = (
  node: Exclude<ParsedNode, Alias>,
  at: Position,
  keyAt: Position | undefined,
  context: Context,
): Node => {
  if (isMap(node)) return { kind: 'map', at, entries: node.items.map(({ key, value }) => toEntry(key, value, context)) }
  if (isSeq(node)) return { kind: 'list', at, items: node.items.map((item) => toNode(item, undefined, context)) }
  const text = String(node.value)
  // What stands in quotes or has a tag is a text.
  if (node.type !== Scalar.PLAIN || node.tag !== undefined) return { kind: 'text', at, text }
  if (!/^(?:~|null|Null|NULL|)$/.test(text)) {
    const value = scalarValue(text)
    return { kind: 'text', at, text, ...(value === undefined ? {} : { value }) }
  }
  // Where nothing is written there is only the key to point at.
  return { kind: 'empty', at: text === '' ? (keyAt ?? at) : at }
}

const toEntry = (keyNode: ParsedNode, valueNode: ParsedNode | null, context: Context): Entry => {
  const key = toNode(keyNode, undefined, context)
  const value = toNode(valueNode, key.at, context)
  return { ...(key.kind === 'text' ? { key: key.text } : {}), at: key.at, value }
}

// One slip makes the rest of its line unintelligible too.
const firstOfEachLine = (faults: ReadonlyArray<SyntaxFault>): ReadonlyArray<SyntaxFault> =>
  [...new Map(faults.toReversed().map((fault) => [fault.at.line, fault] as const)).values()].toReversed()
