import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { root } from '../../testing/start-process.js'

/** Where paths in the file begin. */
export const composeFolder = join(root, 'deploy/docker')

export interface ComposeService {
  readonly image?: string
  readonly build?: { readonly context: string; readonly dockerfile: string }
  readonly command?: string | ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  readonly secrets?: ReadonlyArray<string>
  readonly volumes?: ReadonlyArray<string>
  readonly ports?: ReadonlyArray<string>
  readonly depends_on?: Readonly<Record<string, unknown>>
  readonly healthcheck?: { readonly test: ReadonlyArray<string> }
  readonly read_only?: boolean
  readonly cap_drop?: ReadonlyArray<string>
  readonly security_opt?: ReadonlyArray<string>
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>
  readonly secrets: Readonly<Record<string, { readonly file: string }>>
  readonly volumes: Readonly<Record<string, unknown>>
}

export const composeText = (): Promise<string> => readFile(join(composeFolder, 'compose.yaml'), 'utf8')

/** The file as Compose reads it, with these variables. */
export const composeFile = async (variables: Readonly<Record<string, string>> = {}): Promise<ComposeFile> => {
  const interpolated = (_key: unknown, value: unknown): unknown =>
    typeof value === 'string'
      ? value.replaceAll(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, otherwise: string) => variables[name] || otherwise)
      : value
  return parse(await composeText(), interpolated, { merge: true })
}

/** The arguments of a command, written as a list or as a line. */
export const argumentsOf = ({ command = [] }: ComposeService): ReadonlyArray<string> =>
  typeof command === 'string' ? command.split(' ') : command
