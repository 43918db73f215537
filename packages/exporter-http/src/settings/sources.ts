import { parseSecret } from '@alauda-exporter/alauda-client'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as RA from 'fp-ts/lib/ReadonlyArray.js'
import { codeOf, type ReadFile } from '../toolkit/config/files.js'
import { parseScalar, type Scalar } from '../toolkit/config/format.js'
import { type Checked, type Place, quoted, refuse, validation } from '../toolkit/config/problem.js'
import type { Rows, Setting, ValueOf, ValuesOf } from './setting.js'
import { table } from './table.js'

/** Where settings are read from. A flag wins over the environment, and both win over the file that one of them names. */
export interface Sources {
  readonly flags: ReadonlyMap<string, ReadonlyArray<string>>
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly readFile: ReadFile
  /** The file is checked alone: what an account lacks in it may still come from flags or the environment. */
  readonly isFileAlone?: boolean
}

/** A value as it is given, right or wrong. */
export interface Given {
  readonly place: Place
  readonly scalar: Checked<Scalar>
}

/** What is given for a setting. */
export interface Found {
  /** Of the value as a whole. */
  readonly place: Place
  /** For a problem of its being there at all. */
  readonly keyPlace: Place
  readonly values: ReadonlyArray<Given>
}

/** What one source says of each setting: the flags, the environment, a part of the file. */
export type Layer = (setting: Setting<unknown>) => Found | undefined

/** What is given, and how close its layer is: 0 for the first one. */
export interface Ranked extends Found {
  readonly rank: number
}

export interface Reader {
  readonly value: <S extends Setting<unknown>>(setting: S) => Checked<ValueOf<S>>
  /** All values of a part of the table. */
  readonly values: <R extends Rows>(rows: R) => Checked<ValuesOf<R>>
  /** A secret itself, or from the file that a setting names. */
  readonly secret: (value: Setting<string>, file: Setting<string>) => Checked<Secret | undefined>
  /** What is given for a setting, wrong or not. */
  readonly found: (setting: Setting<unknown>) => Ranked | undefined
  /** The rank of the closest of these settings. */
  readonly rankOf: (...settings: ReadonlyArray<Setting<unknown>>) => number
}

/** A secret and its place. */
export interface Secret {
  readonly place: Place
  readonly text: string
  /** Where it was read from. */
  readonly file?: string
}

export const isDemo = ({ flags }: Sources): boolean => flags.get(table.demo.demo.flag)?.at(-1) === 'true'

const foundText = (place: Place, texts: ReadonlyArray<string>): Found => ({
  place,
  keyPlace: place,
  values: texts.map((text) => ({ place, scalar: E.right({ text, value: text }) })),
})

/** Flags first, then the environment. */
export const outerLayers = ({ flags, environment }: Sources): ReadonlyArray<Layer> => [
  ({ flag }) => {
    const texts = flags.get(flag)
    return texts === undefined ? undefined : foundText({ origin: 'command line', setting: `--${flag}` }, texts)
  },
  ({ environment: name = '', isList }) => {
    const text = environment[name] ?? ''
    // An empty variable counts as not set.
    if (text === '') return undefined
    const texts = isList === true ? text.split(',').map((item) => item.trim()) : [text]
    return foundText({ origin: 'environment', setting: name }, texts)
  },
]

/** Reads each setting from the first layer that gives it, else its default. */
export const createReader = (sources: Sources, layers: ReadonlyArray<Layer>): Reader => {
  const found: Reader['found'] = (setting) => {
    for (const [rank, layer] of layers.entries()) {
      const given = layer(setting)
      if (given !== undefined) return { ...given, rank }
    }
    return undefined
  }

  const rankOf: Reader['rankOf'] = (...settings) =>
    Math.min(...settings.map((setting) => found(setting)?.rank ?? Number.POSITIVE_INFINITY))

  const untyped = (setting: Setting<unknown>): Checked<unknown> => {
    const { flag, default: usual, demoDefault, isList, isSecret, format } = setting
    const fallback = (isDemo(sources) ? demoDefault : undefined) ?? usual
    const { values } =
      found(setting) ??
      foundText({ origin: 'command line', setting: `--${flag}` }, fallback === undefined ? [] : [fallback])
    return pipe(
      values,
      RA.traverse(validation)(({ place, scalar }) =>
        pipe(
          scalar,
          E.chain((given) => parseScalar(place, given, format, isSecret)),
        ),
      ),
      E.map((list) => (isList === true ? list : list.at(-1))),
    )
  }

  // The compiler cannot follow a row's type through these two: they give what `ValueOf` says.
  const value: Reader['value'] = (setting) => untyped(setting) as Checked<ValueOf<typeof setting>>

  const values: Reader['values'] = (rows) =>
    pipe(
      Object.entries(rows),
      RA.traverse(validation)(([name, setting]) => E.map((read) => [name, read] as const)(untyped(setting))),
      E.map((entries) => Object.fromEntries(entries.filter(([, read]) => read !== undefined)) as ValuesOf<typeof rows>),
    )

  const secretIn = (place: Place, text: E.Either<string, string>, file?: string): Checked<Secret> =>
    pipe(
      text,
      E.chain(parseSecret),
      E.match(
        (what) => refuse(place, what),
        (secret): Checked<Secret> => E.right({ place, text: secret, ...(file === undefined ? {} : { file }) }),
      ),
    )

  const secret: Reader['secret'] = (direct, file) => {
    const [given, named] = [found(direct), found(file)]
    if (given !== undefined && given.rank === named?.rank) {
      return refuse(given.place, `set together with ${named.place.setting}`, 'one of them')
    }
    if (given !== undefined && given.rank < rankOf(file)) {
      return E.chain((text: string = '') => secretIn(given.place, E.right(text)))(value(direct))
    }
    if (named === undefined) return E.right(undefined)
    return pipe(
      value(file),
      E.chain((path: string = '') => {
        const read = E.tryCatch(
          () => sources.readFile(path),
          (error) => `the file ${quoted(path)} cannot be read (${codeOf(error)})`,
        )
        return secretIn(named.place, read, path)
      }),
    )
  }

  return { value, values, secret, found, rankOf }
}
