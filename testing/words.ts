// The words that `npm run check:words` keeps out of the project's texts, and how it finds the texts of a file.
import ts from 'typescript'

interface Rule {
  readonly words: RegExp
  readonly instead: string
}

const rules: ReadonlyArray<Rule> = [
  // Actors
  {
    words: /\b(?:who|whom|which|what)soever\b|\bwho(?:m)?ever\b|\bnobody\b/,
    instead: 'name the actor, or "no client"',
  },
  { words: /\b(?:those|everybody|somebody) who\b/, instead: 'name the actor' },
  { words: /\boneself\b/, instead: 'name the actor, or "your"' },
  { words: /\bstrangers?\b/, instead: 'other clients' },
  // Verbs
  { words: /\b(?:tells?|told|telling)\b/, instead: 'report, return, show, name or describe' },
  { words: /\bmend(?:s|ed|ing)?\b/, instead: 'fix or repair' },
  { words: /\bheed(?:s|ed|ing)?\b/, instead: 'respect or consider' },
  { words: /\b(?:bears?|borne)\b/, instead: 'have' },
  { words: /\b(?:befalls?|befell|befallen)\b/, instead: 'affect' },
  { words: /\b(?:holds? back|held back)\b/, instead: 'delay, inhibit or suppress' },
  { words: /\bholds? (?:that|it to|them to)\b/, instead: 'check or enforce' },
  { words: /\b(?:(?:go|goes|went) on)\b(?! to\b)/, instead: 'continue' },
  { words: /\b(?:takes?|taken|took) away\b/, instead: 'remove' },
  { words: /\b(?:breaks?|broken|broke) off\b/, instead: 'cancel' },
  { words: /\b(?:deal|deals|dealt) out\b/, instead: 'distribute' },
  { words: /\bputs? (?:\w+ )?right\b/, instead: 'correct' },
  { words: /\b(?:can|to|may) be had\b/, instead: 'is available' },
  // Phrases
  { words: /\bat the (?:most|least)\b(?! (?:recent|likely)\b)/, instead: 'at most, at least' },
  { words: /\b(?:anew|afresh)\b/, instead: 'again' },
  { words: /\bseldom\b/, instead: 'rarely' },
  { words: /\bof late\b/, instead: 'recently' },
  { words: /\bat hand\b/, instead: 'available' },
  { words: /\bwithout a hand\b/, instead: 'automatically' },
  { words: /\bout of reach\b/, instead: 'unreachable' },
  { words: /\bas (?:\w+ )?as ever\b|\bas ever\b/, instead: 'still, or "as before"' },
  { words: /\bin whichever way\b/, instead: 'in any way' },
  { words: /\bthere (?:is|are) none of\b/, instead: 'unknown, missing' },
  {
    words:
      /(?<!\bthere )\b(?:is|are) no (?:right|valid|whole|positive|JSON|YAML|URL|number|name|text|list|object|address|duration|regular)\b/,
    instead: 'is not a …, or "invalid"',
  },
]

interface Text {
  readonly line: number
  readonly text: string
}

export interface Finding {
  readonly line: number
  readonly words: string
  readonly instead: string
}

const blanked = (text: string): string => text.replaceAll(/[^\n]/g, ' ')

/** Without what is quoted as code: a finding that has to stay is written as code. */
const withoutCode = (text: string): string =>
  text
    .replace(/^ *```.*?^ *```$/gms, blanked)
    .replace(/`[^`\n]*(?:\n[^`\n]+)?`/g, blanked)
    .replace(/<!--.*?-->|\]\([^)\s]*\)/gs, blanked)

const isText = (node: ts.Node): node is ts.LiteralLikeNode =>
  ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddle(node) || ts.isTemplateTail(node)

/** Comments, and strings of more than one word: others are names and paths. Comments are in the space before a token. */
const textsOfProgram = (code: string): ReadonlyArray<Text> => {
  const source = ts.createSourceFile('any.ts', code, ts.ScriptTarget.Latest, true)
  const lineOf = (position: number): number => source.getLineAndCharacterOfPosition(position).line + 1
  const textsOf = (node: ts.Node): ReadonlyArray<Text> => {
    const parts = node.getChildren(source).filter(({ kind }) => kind !== ts.SyntaxKind.JSDoc)
    if (parts.length > 0) return parts.flatMap(textsOf)
    const comment = { line: lineOf(node.pos), text: withoutCode(code.slice(node.pos, node.getStart(source))) }
    return isText(node) && /\s/.test(node.text.trim())
      ? [comment, { line: lineOf(node.getStart(source)), text: withoutCode(node.text) }]
      : [comment]
  }
  return textsOf(source)
}

const textsOf = (file: string, text: string): ReadonlyArray<Text> => {
  if (/\.[cm]?[jt]s$/.test(file)) return textsOfProgram(text)
  if (file.endsWith('.md')) return [{ line: 1, text: withoutCode(text) }]
  return text.split('\n').map((line, index) => ({ line: index + 1, text: /(?:^|\s)#(.*)/.exec(line)?.[1] ?? '' }))
}

const anyWords = new RegExp(rules.map(({ words }) => words.source).join('|'), 'i')

/** A phrase may go over a line's end: what begins the next one becomes as many spaces. */
const inOneLine = (text: string): string =>
  text.replaceAll(/\n[ \t]*(?:\*(?!\/)|\/\/)?[ \t]?/g, (start) => ' '.repeat(start.length))

/** The words in a file's texts that this project does not use: in a document, in comments, and in a program's strings. */
export const findingsIn = (file: string, text: string): ReadonlyArray<Finding> => {
  if (!anyWords.test(inOneLine(text))) return []
  return textsOf(file, text)
    .map(({ line, text }) => ({ line, text, words: inOneLine(text) }))
    .filter(({ words }) => anyWords.test(words))
    .flatMap(({ line, text, words: all }) =>
      rules.flatMap(({ words, instead }) =>
        [...all.matchAll(new RegExp(words, 'gi'))].map(({ 0: found, index }) => ({
          line: line + text.slice(0, index).split('\n').length - 1,
          words: found.replaceAll(/\s+/g, ' '),
          instead,
        })),
      ),
    )
    .toSorted((one, other) => one.line - other.line)
}
