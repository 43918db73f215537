import * as E from 'fp-ts/lib/Either.js'

/** Where to listen. Without a host: on every address of the machine. */
export interface ListenAddress {
  readonly host?: string
  /** 0 lets the system choose. */
  readonly port: number
}

const pattern = /^(?:\[([0-9a-f:.]+)\]|([^:[\]\s]*)):(\d+)$/i

/**
 * `:10104`, `127.0.0.1:10104` or `[::1]:10104`.
 *
 * @example
 * parseListenAddress('[::1]:80') // right({ host: '::1', port: 80 })
 */
export const parseListenAddress = (text: string): E.Either<string, ListenAddress> => {
  const [, ipv6, name, digits] = pattern.exec(text) ?? []
  const host = ipv6 ?? name
  const port = Number(digits)
  if (digits === undefined || port > 65535) return E.left('must be like :10104, 127.0.0.1:10104 or [::1]:10104')
  return E.right(host ? { host, port } : { port })
}
