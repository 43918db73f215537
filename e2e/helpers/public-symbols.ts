import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../../testing/start-process.js'
import type { Example } from './example.js'

/** An export of a package, with its docstring. */
export interface PublicSymbol {
  /** `collector.createCollector` */
  readonly name: string
  /** Not a type alone. */
  readonly isValue: boolean
  readonly isDocumented: boolean
  /** Its members that have no docstring: `collector.Collector.start`. */
  readonly undocumentedMembers: ReadonlyArray<string>
  readonly examples: ReadonlyArray<Example>
  /** How many `@example` tags it has, with or without code. */
  readonly exampleTags: number
}

/** The options that the repository's code is checked with. */
export const compilerOptions = (): ts.CompilerOptions => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.base.json'), ts.sys.readFile)
  return { ...ts.parseJsonConfigFileContent(config, ts.sys, root).options, noEmit: true }
}

/** Everything that the packages export by name. */
export const publicSymbols = (packages: ReadonlyArray<string>): ReadonlyArray<PublicSymbol> => {
  const indexes = packages.map((name) => [name, join(root, 'packages', name, 'src/index.ts')] as const)
  const program = ts.createProgram(
    indexes.map(([, file]) => file),
    compilerOptions(),
  )
  const checker = program.getTypeChecker()
  return indexes.flatMap(([packageName, file]) => {
    const source = program.getSourceFile(file)
    const index = source && checker.getSymbolAtLocation(source)
    if (index === undefined) throw new Error(`${file} exports nothing`)
    return checker
      .getExportsOfModule(index)
      .map((exported) => describe(checker, `${packageName}.${exported.name}`, exported))
  })
}

const describe = (checker: ts.TypeChecker, name: string, exported: ts.Symbol): PublicSymbol => {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported
  const isTypeOnly = exported.declarations?.some(ts.isTypeOnlyExportDeclaration) ?? false
  const members = symbol.flags & ts.SymbolFlags.Type ? membersOf(checker, symbol) : []
  const texts = [[name, symbol] as const, ...members.map((member) => [`${name}.${member.name}`, member] as const)].map(
    ([owner, documented]) => [owner, docText(documented)] as const,
  )
  return {
    name,
    isValue: !isTypeOnly && (symbol.flags & ts.SymbolFlags.Value) !== 0,
    isDocumented: isDocumented(checker, symbol),
    undocumentedMembers: members
      .filter((member) => !isDocumented(checker, member))
      .map((member) => `${name}.${member.name}`),
    examples: texts.flatMap(([owner, text]) => examplesIn(owner, text)),
    exampleTags: texts.flatMap(([, text]) => text.match(/^@example\b/gm) ?? []).length,
  }
}

const isDocumented = (checker: ts.TypeChecker, symbol: ts.Symbol): boolean =>
  symbol.getDocumentationComment(checker).length > 0

/** Those of an interface, a class or an object type, and of each part of a union of such; not what other projects declare. */
const membersOf = (checker: ts.TypeChecker, symbol: ts.Symbol): ReadonlyArray<ts.Symbol> => {
  const type = checker.getDeclaredTypeOfSymbol(symbol)
  const parts = type.isUnion() ? type.types : [type]
  return parts
    .flatMap((part) => checker.getPropertiesOfType(part))
    .filter((member) => ownDeclarations(member).length > 0)
}

const ownDeclarations = (symbol: ts.Symbol): ReadonlyArray<ts.Declaration> =>
  (symbol.declarations ?? []).filter((declaration) =>
    /\/packages\/[^/]+\/src\//.test(declaration.getSourceFile().fileName),
  )

/** All that stands in a symbol's docstrings, without the stars. What is hidden from the reference is not public. */
const docText = (symbol: ts.Symbol): string =>
  ownDeclarations(symbol)
    .flatMap((declaration) => ts.getJSDocCommentsAndTags(declaration).filter(ts.isJSDoc))
    .map((comment) =>
      comment
        .getText()
        .replace(/^\/\*\*|\*\/$/g, '')
        .replace(/^[ \t]*\* ?/gm, ''),
    )
    .filter((text) => !/^\s*@hidden\b/m.test(text))
    .join('\n')

const examplesIn = (name: string, text: string): ReadonlyArray<Example> =>
  [...text.matchAll(/^@example\b[^\n]*\n```ts( no-run)?\n(.*?)^```/gms)].map(([, noRun, code = ''], index) => ({
    file: `${name}${index === 0 ? '' : `-${index + 1}`}.mts`,
    code,
    runs: noRun === undefined,
  }))
