import { types } from 'node:util'
import type { Logger } from './log-collections.js'
import type { Service } from './model.js'

/** Warns the host of a fault in its own code, without ending anything. */
export const warn = (error: unknown): void => {
  process.emitWarning(error instanceof Error ? error : messageOf(error))
}

/** What an error says. Anything can be thrown, and some things cannot be made into a text. */
export const messageOf = (error: unknown): string => {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'an error that has no text'
  }
}

/** Reports what an error says, and the same again only after another. */
export const onceEach = (report: (fault: string) => void): ((error: unknown) => void) => {
  let last: string | undefined
  return (error) => {
    const fault = messageOf(error)
    if (fault !== last) report(fault)
    last = fault
  }
}

/** Calls a function of the host's for which nothing waits: what it throws, or rejects with, becomes a process warning. */
export const callHost = (call: () => unknown): void => {
  try {
    const result = call()
    if (isThenable(result)) Promise.resolve(result).catch(warn)
  } catch (error) {
    warn(error)
  }
}

export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  types.isPromise(value) ||
  (typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function')

// A filter that fails must not hide a service.
export const watchedWhenInDoubt =
  (filter: (service: Service) => boolean = () => true) =>
  (service: Service): boolean => {
    try {
      const answer: unknown = filter(service)
      if (!isThenable(answer)) return Boolean(answer)
      Promise.resolve(answer).catch(() => {})
      warn('filter: a Promise was given, expected true or false; the service is watched')
    } catch (error) {
      warn(error)
    }
    return true
  }

/** A logger that throws or rejects ends no collection. */
export const warningLogger = (logger: Logger): Logger => ({
  debug: (fields, message) => callHost(() => logger.debug(fields, message)),
  info: (fields, message) => callHost(() => logger.info(fields, message)),
  warn: (fields, message) => callHost(() => logger.warn(fields, message)),
  error: (fields, message) => callHost(() => logger.error(fields, message)),
})
