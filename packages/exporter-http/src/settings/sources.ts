import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { type Checked, type Fault, type Setting, validation } from './setting.js'
import { table } from './table.js'

/** Where settings are read from. A flag wins over the environment. */
export interface Sources {
  readonly flags: ReadonlyMap<string, ReadonlyArray<string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The text of a file; throws when it cannot be read. */
  readonly readFile: (path: string) => string
}

export interface Reader {
  readonly isDemo: boolean
  /** A setting that has a default. */
  readonly one: <A>(setting: Setting<A>) => Checked<A>
  /** A setting that may be absent. */
  readonly optional: <A>(setting: Setting<A>) => Checked<A | undefined>
  /** A setting of several values; empty when it is absent. */
  readonly list: <A>(setting: Setting<A>) => Checked<ReadonlyArray<A>>
  /** A secret from a variable, or from the file that a setting names. */
  readonly secret: (variable: string, file: Setting<string>) => Checked<Secret | undefined>
}

/** A secret, and what to name in a fault of it. */
export interface Secret {
  readonly origin: string
  readonly text: string
  /** For a secret from a file: what the file holds now. */
  readonly readAgain?: () => string
}

interface Given {
  /** What to name in a fault: the flag, the variable, or the flag for a default. */
  readonly origin: string
  readonly texts: ReadonlyArray<string>
}

export const createReader = ({ flags, environment, readFile }: Sources): Reader => {
  const variable = (name: string | undefined): string | undefined =>
    name === undefined || environment[name] === '' ? undefined : environment[name]

  const isDemo = flags.get(table.demo.flag)?.at(-1) === 'true'

  const given = ({
    flag,
    environment: name,
    default: usual,
    demoDefault,
    isList,
  }: Setting<unknown>): Given | undefined => {
    const fromFlag = flags.get(flag)
    if (fromFlag !== undefined) return { origin: `--${flag}`, texts: fromFlag }
    const fromVariable = variable(name)
    if (name !== undefined && fromVariable !== undefined) {
      return { origin: name, texts: isList ? fromVariable.split(',').map((text) => text.trim()) : [fromVariable] }
    }
    const fallback = isDemo ? (demoDefault ?? usual) : usual
    return fallback === undefined ? undefined : { origin: `--${flag}`, texts: [fallback] }
  }

  const list: Reader['list'] = (setting) => {
    const { origin, texts } = given(setting) ?? { origin: '', texts: [] }
    return pipe(
      texts,
      RA.traverse(validation)((text) =>
        pipe(
          setting.parse(text),
          E.mapLeft((right): ReadonlyArray<Fault> => [`${origin}: ${right}`]),
        ),
      ),
    )
  }

  const optional: Reader['optional'] = (setting) =>
    pipe(
      list(setting),
      E.map((values) => values.at(-1)),
    )

  const one: Reader['one'] = (setting) =>
    pipe(
      optional(setting),
      E.chain((value) => (value === undefined ? E.left([`--${setting.flag}: is needed`]) : E.right(value))),
    )

  // Editors and `echo` end a file with a line break.
  const readSecret = (path: string): string => readFile(path).replace(/\r?\n$/, '')

  const secretFile = (origin: string, path: string): Checked<Secret> =>
    pipe(
      E.tryCatch(
        () => readSecret(path),
        (error): ReadonlyArray<Fault> => [`${origin}: the file cannot be read (${codeOf(error)})`],
      ),
      E.filterOrElse(
        (text) => text !== '',
        (): ReadonlyArray<Fault> => [`${origin}: the file is empty`],
      ),
      E.map((text) => ({ origin, text, readAgain: () => readSecret(path) })),
    )

  const secret: Reader['secret'] = (name, file) => {
    const value = variable(name)
    const { origin, texts } = given(file) ?? { origin: '', texts: [] }
    const [path] = texts
    if (path === undefined) return E.right(value === undefined ? undefined : { origin: name, text: value })
    const isFromFlag = flags.has(file.flag)
    return value === undefined || isFromFlag
      ? secretFile(origin, path)
      : E.left([`${name}: is set, and so is ${origin}; unset one of them`])
  }

  return { isDemo, one, optional, list, secret }
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown reason'
