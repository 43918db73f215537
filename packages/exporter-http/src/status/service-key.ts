/** What tells services of all accounts apart. */
export interface ServiceName {
  readonly account?: string | undefined
  readonly namespace: string
  readonly project?: string | undefined
  readonly space?: string | undefined
  readonly service: string
}

/**
 * A service's name in the page's own address, where it says that the service is open. What the service does not have is left
 * out at the end, so that most keys are short.
 *
 * @example
 * serviceKey({ namespace: 'demo', service: 'kibana' }) // 'demo/kibana'
 */
export const serviceKey = ({ account, namespace, project, space, service }: ServiceName): string =>
  [namespace, service, project ?? '', space ?? '', account ?? '']
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/')
    .replace(/\/+$/, '')
