import * as E from 'fp-ts/lib/Either.js'
import * as commandLine from '../../src/settings/command-line.js'
import * as settings from '../../src/settings/settings.js'
import { codeOf, type ReadFile } from '../../src/toolkit/config/files.js'
import { type Checked, problemText } from '../../src/toolkit/config/problem.js'
import * as live from '../../src/toolkit/web-config/live.js'
import * as web from '../../src/toolkit/web-config/web-config.js'

// Under the names of the sources, with every problem as the line that users see.

export const inText = <A>(checked: Checked<A>): E.Either<ReadonlyArray<string>, A> =>
  E.mapLeft((problems: ReadonlyArray<Parameters<typeof problemText>[0]>) => problems.map(problemText))(checked)

export const readSettings = (...given: Parameters<typeof settings.readSettings>) =>
  inText(settings.readSettings(...given))

/** A file that a function gives, or refuses by throwing. */
export const fromDisk =
  (read: (path: string) => string): ReadFile =>
  (path) =>
    E.tryCatch(() => read(path), codeOf)

export const readFileSettings = (file: string, read: (path: string) => string) =>
  inText(settings.readFileSettings(file, fromDisk(read)))

export const readWebConfig = (file: string, read: (path: string) => string) =>
  inText(web.readWebConfig(file, fromDisk(read)))

export const openWebConfig = async (...given: Parameters<typeof live.openWebConfig>) =>
  inText(await live.openWebConfig(...given))

export const parseCommandLine = (args: ReadonlyArray<string>) => {
  const { problems, ...rest } = commandLine.parseCommandLine(args)
  return problems.length > 0 ? E.left(problems.map(problemText)) : E.right(rest)
}
