import * as E from 'fp-ts/lib/Either.js'
import type { ListenAddress } from '../toolkit/listening.js'
import type { Format } from './format.js'
import { numberUpTo } from './number-up-to.js'

const pattern = new RegExp(`^(?:\\[([0-9a-fA-F:.]+(?:%[\\w.~-]+)?)\\]|([^:[\\]\\s]*)):(${numberUpTo(65_535)})$`)

/**
 * `:10104`, `127.0.0.1:10104` or `[::1]:10104`; an address of a link with its interface: `[fe80::1%eth0]:10104`.
 *
 * @example
 * listenAddress.parse('[::1]:80') // right({ host: '::1', port: 80 })
 */
export const listenAddress: Format<ListenAddress> = {
  parse: (text) => {
    const [, ipv6, name, digits] = pattern.exec(text) ?? []
    const host = ipv6 ?? name
    if (digits === undefined) return E.left('must be an address like :10104, 127.0.0.1:10104 or [::1]:10104')
    const port = Number(digits)
    return E.right(host ? { host, port } : { port })
  },
  schema: { type: 'string', pattern: pattern.source },
}
