import type { Changes, NamespaceChanges, NamespaceStatus, Status } from './model.js'

/**
 * The status as JSON: short texts, and between them what `ofNamespaces` gives for those of each account. The short ones have the time
 * and the number of requests, which change all the time.
 *
 * @example
 * jsonOf(status, ({ namespaces }) => [...namespacesJson(namespaces)]).join('') === JSON.stringify(status)
 */
export const jsonOf = <A>(
  { accounts, matchingServices, page, pageCount, ...head }: Status & Partial<Pick<Changes, 'state' | 'since'>>,
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

/** The JSON of an account's namespaces, each service or change as a piece. */
export function* namespacesJson(namespaces: ReadonlyArray<NamespaceStatus | NamespaceChanges>): Iterable<string> {
  yield '['
  for (const [index, namespace] of namespaces.entries()) {
    const { before, items } = openedNamespace(namespace)
    yield `${index === 0 ? '' : ','}${before}[`
    for (const [place, item] of items.entries()) yield `${place === 0 ? '' : ','}${JSON.stringify(item)}`
    yield ']}'
  }
  yield ']'
}

const openedNamespace = (namespace: NamespaceStatus | NamespaceChanges) => {
  if ('changes' in namespace) {
    const { changes, ...rest } = namespace
    return { before: `${opened(rest)},"changes":`, items: changes }
  }
  const { services, ...rest } = namespace
  return { before: `${opened(rest)},"services":`, items: services }
}
