import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** Something to measure: each measurement is a process of its own, so that no heap is another's. */
export interface Subject {
  readonly name: string
  /** A program and its first arguments. It measures itself, and prints its figures as an object of JSON. */
  readonly command: ReadonlyArray<string>
}

/** What a subject measured, by name. */
export type Report = Readonly<Record<string, number>>

/** Runs a program that measures itself. */
export const reportOf = async (
  { name, command: [program = '', ...before] }: Subject,
  args: ReadonlyArray<string>,
): Promise<Report> => {
  const child = spawn(program, [...before, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [output, [status, signal]] = await Promise.all([text(child.stdout), once(child, 'close')])
  if (status !== 0) throw new Error(`${name}: ${program} ended with ${status ?? signal}`)
  return reportIn(output)
}

/** The figures in what a program printed. */
export const reportIn = (output: string): Report => {
  const report: unknown = JSON.parse(output)
  if (typeof report !== 'object' || report === null) throw new TypeError(`${output}: expected an object of JSON`)
  return Object.fromEntries(Object.entries(report).map(([key, value]) => [key, Number(value)]))
}

/** A subject's values of a figure, one for each round; none for a subject that was not measured. */
export type Values = (name: string, figure: string) => ReadonlyArray<number>

/**
 * Measures every subject once in each round. Each round begins with another subject: a machine that becomes slower in the
 * meantime slows all of them.
 */
export const inRounds = async <S extends { readonly name: string }>(
  rounds: number,
  subjects: ReadonlyArray<S>,
  measure: (subject: S) => Promise<Report>,
): Promise<Values> => {
  const reports = new Map<string, Report[]>(subjects.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    const first = round % subjects.length
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)]) {
      reports.get(subject.name)?.push(await measure(subject))
    }
  }
  return (name, figure) =>
    (reports.get(name) ?? []).map(({ [figure]: value }) => {
      if (value === undefined) throw new Error(`${name} reported no ${figure}`)
      return value
    })
}
