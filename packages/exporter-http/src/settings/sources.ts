import { parseSecret } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import type { Found, Given, Layer } from './file.js'
import { codeOf, type ReadFile } from './files.js'
import type { Format } from './format.js'
import { quoted, withValue } from './printable.js'
import {
  type Checked,
  type Fault,
  type Rows,
  type Setting,
  type ValueOf,
  type ValuesOf,
  validation,
} from './setting.js'
import { table } from './table.js'

/** Where settings are read from. A flag wins over the environment, and both win over the file that one of them names. */
export interface Sources {
  readonly flags: ReadonlyMap<string, ReadonlyArray<string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly readFile: ReadFile
}

export interface Reader {
  readonly value: <S extends Setting<unknown>>(setting: S) => Checked<ValueOf<S>>
  /** All values of a part of the table. */
  readonly values: <R extends Rows>(rows: R) => Checked<ValuesOf<R>>
  /** A secret itself, or from the file that a setting names. */
  readonly secret: (value: Setting<string>, file: Setting<string>) => Checked<Secret | undefined>
  /** What was given for a setting, wrong or not. */
  readonly found: (setting: Setting<unknown>) => Ranked | undefined
}

/** A secret, and what to name in a fault of it. */
export interface Secret {
  readonly origin: string
  readonly text: string
  /** Where it was read from. */
  readonly file?: string
}

/** What was given, and how near at hand: 0 for a flag, 1 for a variable, from 2 on for the layers of the file. */
export interface Ranked extends Found {
  readonly rank: number
}

export const isDemo = ({ flags }: Sources): boolean => flags.get(table.demo.demo.flag)?.at(-1) === 'true'

/** Reads settings from flags, then the environment, then the layers of a file, then the defaults. */
export const createReader = (sources: Sources, layers: ReadonlyArray<Layer> = []): Reader => {
  const { readFile } = sources

  const found: Reader['found'] = (setting) => {
    const { flag } = setting
    const outer = fromFlag(sources, setting) ?? fromVariable(sources, setting)
    if (outer !== undefined) return outer
    const inner = layers.map((layer) => layer.get(flag))
    const index = inner.findIndex((candidate) => candidate !== undefined)
    const nearest = inner[index]
    return nearest === undefined ? undefined : { ...nearest, rank: 2 + index }
  }

  const listOf = (setting: Setting<unknown>): Checked<ReadonlyArray<unknown>> => {
    const { flag, default: usual, demoDefault, format } = setting
    const fallback = isDemo(sources) ? (demoDefault ?? usual) : usual
    const given = found(setting)
    const values = given?.values ?? (fallback === undefined ? [] : [{ origin: `--${flag}`, text: E.right(fallback) }])
    return pipe(
      values,
      RA.traverse(validation)((value) =>
        checkGiven(value, format, { folder: given?.folder, isSecret: setting.isSecret }),
      ),
    )
  }

  const untyped = (setting: Setting<unknown>): Checked<unknown> =>
    pipe(
      listOf(setting),
      E.map((list) => (setting.isList === true ? list : list.at(-1))),
    )

  // The compiler cannot follow a row's type through these two: they give what `ValueOf` says.
  const value: Reader['value'] = (setting) => untyped(setting) as Checked<ValueOf<typeof setting>>

  const values: Reader['values'] = (rows) =>
    pipe(
      Object.entries(rows),
      RA.traverse(validation)(([name, setting]) =>
        pipe(
          untyped(setting),
          E.map((read) => [name, read] as const),
        ),
      ),
      E.map((entries) => Object.fromEntries(entries.filter(([, read]) => read !== undefined)) as ValuesOf<typeof rows>),
    )

  const secretFile = (origin: string, path: string): Checked<Secret> =>
    pipe(
      E.tryCatch(
        () => readFile(path),
        (error) => `the file ${quoted(path)} cannot be read (${codeOf(error)})`,
      ),
      E.chain(parseSecret),
      E.bimap(
        (fault): ReadonlyArray<Fault> => [`${origin}: ${fault}`],
        (text) => ({ origin, text, file: path }),
      ),
    )

  const secret: Reader['secret'] = (row, file) => {
    const direct = found(row)
    const indirect = found(file)
    if (direct !== undefined && direct.rank === indirect?.rank) {
      const advice = direct.rank === 1 ? 'unset one of them' : 'give one or the other'
      return E.left([`${direct.origin}: is set, and so is ${indirect.name}; ${advice}`])
    }
    if (direct !== undefined && direct.rank < (indirect?.rank ?? Number.POSITIVE_INFINITY)) {
      return pipe(
        value(row),
        E.chain((text = '') =>
          pipe(
            parseSecret(text),
            E.bimap(
              (fault): ReadonlyArray<Fault> => [`${direct.origin}: ${fault}`],
              (parsed) => ({ origin: direct.origin, text: parsed }),
            ),
          ),
        ),
      )
    }
    return pipe(
      value(file),
      E.chain((path) =>
        path === undefined || indirect === undefined ? E.right(undefined) : secretFile(indirect.origin, path),
      ),
    )
  }

  return { value, values, secret, found }
}

/** The value that was given, in a format. */
export const checkGiven = <A>(
  { origin, text }: Given,
  { parse }: Format<A>,
  { folder, isSecret = false }: { readonly folder?: string | undefined; readonly isSecret?: boolean | undefined } = {},
): Checked<A> =>
  pipe(
    text,
    E.chain((given) =>
      pipe(
        parse(given, folder),
        E.mapLeft((fault) => (isSecret ? fault : withValue(given, fault))),
      ),
    ),
    E.mapLeft((right): ReadonlyArray<Fault> => [`${origin}: ${right}`]),
  )

/** What a flag says of a setting. */
export const fromFlag = ({ flags }: Sources, { flag }: Setting<unknown>): Ranked | undefined => {
  const texts = flags.get(flag)
  return texts === undefined ? undefined : ranked(0, `--${flag}`, texts)
}

/** What a variable says of a setting. An empty one says nothing. */
export const fromVariable = ({ environment }: Sources, setting: Setting<unknown>): Ranked | undefined => {
  const { environment: name, isList } = setting
  const text = name === undefined ? undefined : environment[name]
  if (name === undefined || text === undefined || text === '') return undefined
  return ranked(1, name, isList === true ? text.split(',').map((item) => item.trim()) : [text])
}

const ranked = (rank: number, origin: string, texts: ReadonlyArray<string>): Ranked => ({
  rank,
  origin,
  keyOrigin: origin,
  name: origin,
  values: texts.map((text) => ({ origin, text: E.right(text) })),
  folder: '',
})
