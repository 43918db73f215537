import { paths, relative } from '../paths.js'
import type { ServiceRow } from './arrangement.js'

// Longer addresses are refused, by exporters and by browsers.
const longestUrl = 4000

const unlessTooLong = (url: string): string | undefined => (url.length > longestUrl ? undefined : url)

/** A probe of the service. */
export const probeUrl = ({ account, namespace, service: named }: ServiceRow): string | undefined => {
  const { service, uuid, isNamesake } = named
  const query = new URLSearchParams({ ...(account === undefined ? {} : { account }), namespace, service })
  // By name the cloud would find one of them only, and always the same.
  if (isNamesake && uuid !== undefined) query.set('uuid', uuid)
  return unlessTooLong(`${relative(paths.probe)}?${query}`)
}

/**
 * The memory of the service's instances in Prometheus.
 *
 * @example
 * graphUrl('http://localhost:9090', { namespace: 'demo', service: kibana, key: 'demo/kibana' })
 * // 'http://localhost:9090/graph?g0.expr=alauda_instance_memory_usage_bytes%7B…%7D&g0.tab=0&g0.range_input=1h'
 */
export const graphUrl = (prometheusUrl: string, { account, namespace, service }: ServiceRow): string | undefined => {
  const url = new URL(prometheusUrl)
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/graph`
  const labels = { account, namespace, project: service.project, space: service.space, service: service.service }
  const matchers = Object.entries(labels).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${promqlEscaped(value)}"`],
  )
  const expr = `alauda_instance_memory_usage_bytes{${matchers.join(',')}}`
  url.search = new URLSearchParams({ 'g0.expr': expr, 'g0.tab': '0', 'g0.range_input': '1h' }).toString()
  return unlessTooLong(url.href)
}

const promqlEscaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')

/** The page must not show the exporter's credentials for Prometheus. */
export const withoutCredentials = (address: string): string => {
  const url = new URL(address)
  url.username = ''
  url.password = ''
  url.search = ''
  url.hash = ''
  return url.href
}
