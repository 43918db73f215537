import type { NamespaceStatus, Status } from './model.js'

/**
 * The status as JSON: short texts, and between them what `ofNamespaces` gives for those of each account. The short ones have the time
 * and the number of requests, which change all the time.
 *
 * @example
 * jsonOf(status, ({ namespaces }) => [...namespacesJson(namespaces)]).join('') === JSON.stringify(status)
 */
export const jsonOf = <A>(
  { accounts, matchingServices, page, pageCount, ...head }: Status,
  ofNamespaces: (account: Status['accounts'][number], index: number) => ReadonlyArray<A>,
): ReadonlyArray<string | A> => [
  `${opened(head)},"accounts":[`,
  ...accounts.flatMap((account, index) => {
    const { namespaces: _, ...rest } = account
    return [`${index === 0 ? '' : ','}${opened(rest)},"namespaces":`, ...ofNamespaces(account, index), '}']
  }),
  `],${JSON.stringify({ matchingServices, page, pageCount }).slice(1)}`,
]

/** An object's JSON without the brace at its end. */
const opened = (object: object): string => JSON.stringify(object).slice(0, -1)

/** The JSON of an account's namespaces, each service as a piece. */
export function* namespacesJson(namespaces: ReadonlyArray<NamespaceStatus>): Iterable<string> {
  yield '['
  for (const [index, { services, ...namespace }] of namespaces.entries()) {
    yield `${index === 0 ? '' : ','}${opened(namespace)},"services":[`
    for (const [place, service] of services.entries()) yield `${place === 0 ? '' : ','}${JSON.stringify(service)}`
    yield ']}'
  }
  yield ']'
}
