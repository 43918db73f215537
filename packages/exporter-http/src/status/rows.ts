import { paths, relative } from '../paths.js'
import { type Column, columns, hrefOf, type ServiceRow, toggled } from './arrangement.js'
import { agoCell, badge, failureText, networkCell, spark, statusBadge, usageCell } from './cells.js'
import { type Html, html } from './html.js'
import type { Look } from './look.js'
import type { FailureStatus, InstanceStatus } from './model.js'
import { type Measure, plotOf } from './plot.js'
import { clipped, count, rate, unknown } from './units.js'

/** A service's part of the table. */
export const serviceRows = (row: ServiceRow, look: Look): Html => {
  const { service, key } = row
  const { arrangement, lang } = look
  const isOpen = arrangement.open.has(key)
  const name = clipped(service.service)
  return html`<tbody data-key="${key}"${isOpen && html` class="open"`}>
<tr><th scope="row"><a class="toggle" href="${hrefOf(toggled(arrangement, key), lang)}" data-toggle="${key}" aria-expanded="${isOpen ? 'true' : 'false'}">${name}</a>${whereOf(row, look)}</th>${columns.flatMap((column) => cellOf(column, row, look))}
<td class="links">${linksOf(row, look)}</td></tr>${isOpen && detailRow(row, look)}
</tbody>
`
}

const whereOf = ({ account, namespace, service }: ServiceRow, { hasSeveralNamespaces }: Look): Html | undefined => {
  const parts = [...(hasSeveralNamespaces ? [account, namespace] : []), service.project, service.space]
  const named = parts.flatMap((part) => (part === undefined || part === '' ? [] : [clipped(part)]))
  return named.length === 0 ? undefined : html` <small>${named.join(' / ')}</small>`
}

/** The columns whose cells are aligned to the right. */
export const numericColumns: ReadonlySet<Column> = new Set(['instances', 'network'])

/** Each column's cell. The name is the row's header. */
const cells: Readonly<Record<Exclude<Column, 'name'>, (row: ServiceRow, look: Look) => Html | string>> = {
  status: ({ service }, { texts }) => statusBadge(service.status, texts),
  region: ({ service: { region } }) => (region === undefined ? unknown : clipped(region)),
  instances: (row) => instancesCell(row),
  cpu: (row, look) => usageWithSpark('cpu', row, look),
  memory: (row, look) => usageWithSpark('memory', row, look),
  network: ({ service }, { texts }) => networkCell(service, texts),
}

const cellOf = (column: Column, row: ServiceRow, look: Look): ReadonlyArray<Html> =>
  column === 'name'
    ? []
    : [
        html`
<td class="${column}${numericColumns.has(column) && ' number'}">${cells[column](row, look)}</td>`,
      ]

const usageWithSpark = (measure: Measure, { service }: ServiceRow, { texts }: Look): Html =>
  usageCell(measure, service, clipped(service.service), texts, spark(measure, service, texts))

const instancesCell = ({
  service: { runningInstances: running, targetInstances: wanted, status },
}: ServiceRow): Html => {
  // A service that was stopped is as its owner wants it.
  const isShort = running !== undefined && wanted !== undefined && running < wanted && status !== 'Stopped'
  return html`<span${isShort && html` class="short"`}>${count(running)} / ${count(wanted)}</span>`
}

const linksOf = (row: ServiceRow, { texts, prometheusUrl }: Look): Html => {
  const name = clipped(row.service.service)
  const probe = probeUrl(row)
  const graph = prometheusUrl === undefined ? undefined : graphUrl(prometheusUrl, row)
  return html`${probe !== undefined && html`<a href="${probe}" aria-label="${texts.probeOf(name)}">${texts.probe}</a>`}${graph !== undefined && html` <a href="${graph}" aria-label="${texts.graphOf(name)}">${texts.graph}</a>`}`
}

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

const detailRow = (row: ServiceRow, look: Look): Html => {
  const { service } = row
  const { texts } = look
  const { facts, columns: names } = texts
  const fact = (name: string, value: Html | string | undefined = '') =>
    value !== '' && html`<div><dt>${name}</dt><dd>${typeof value === 'string' ? clipped(value) : value}</dd></div>`
  return html`
<tr class="detail"><td colspan="${columns.length + 1}"><div class="inside">
<dl>${fact(facts.image, service.image)}${fact(facts.size, service.size)}${fact(names.region, service.region)}${fact(facts.project, service.project)}${fact(facts.space, service.space)}${fact(facts.listed, agoCell(service.listedTime, look))}${fact(names.network, networkCell(service, texts))}${fact(names.links, linksOf(row, look))}</dl>
${service.instancesFailure !== undefined && html`<p class="failure">${failureText(service.instancesFailure)}</p>`}
${instancesTable(row, look)}${instanceLinks(row, look)}
<div class="plots">${plot(row, 'cpu', look)}${plot(row, 'memory', look)}</div>
</div></td></tr>`
}

/** The page's script draws it again, with axes and a cursor. */
const plot = ({ key, service }: ServiceRow, measure: Measure, { texts }: Look): Html => {
  const drawn = plotOf(service, measure, texts)
  const body =
    drawn === undefined
      ? html`<p class="none">${service.history === undefined ? texts.noRoomForPlot : texts.noPlot}</p>`
      : html`<div class="plot" role="img" aria-label="${drawn.label}" data-plot="${measure}" data-of="${key}">${drawn.svg}</div>`
  return html`<figure><figcaption>${texts.lastHour[measure]} <span class="reading">${drawn?.text}</span></figcaption>${body}</figure>`
}

const instancesTable = ({ service: { instances, service } }: ServiceRow, look: Look): Html => {
  const { instanceColumns: names, columns, receive, transmit, instancesOf, noInstances } = look.texts
  if (instances.length === 0) return html`<p class="none">${noInstances}</p>`
  return html`<div class="scroll"><table class="inner"><caption class="unseen">${instancesOf(clipped(service))}</caption>
<thead><tr><th scope="col">${names.name}</th><th scope="col">${names.values}</th><th scope="col" class="number">${names.started}</th><th scope="col">${columns.cpu}</th><th scope="col">${columns.memory}</th><th scope="col" class="number">${receive}</th><th scope="col" class="number">${transmit}</th><th scope="col" class="number">${names.measured}</th></tr></thead>
<tbody>${instances.map((instance) => instanceRow(instance, look))}</tbody></table></div>`
}

const instanceLinks = ({ service: { instancePages, service } }: ServiceRow, look: Look): Html | undefined =>
  instancePages &&
  html`
${pagesNav(instancePages, 'instances', look.texts.instancesOf(clipped(service)), look)}`

/** The number of this page, and links to those beside it. `of` is the part of the address that names the page. */
export const pagesNav = (
  { page, pageCount }: { readonly page: number; readonly pageCount: number },
  of: 'page' | 'instances',
  label: string,
  { texts, arrangement, lang }: Look,
): Html => {
  const to = (other: number, text: string) =>
    html` <a href="${hrefOf({ ...arrangement, [of]: other }, lang)}">${text}</a>`
  return html`<nav aria-label="${label}">${page > 1 && to(Math.min(page - 1, pageCount), texts.previous)} ${texts.pageOf(page, pageCount)}${page < pageCount && to(page + 1, texts.next)}</nav>`
}

const outcomeTones = { ok: 'good', empty: 'idle', gone: 'idle', failed: 'bad' } as const

const instanceRow = (instance: InstanceStatus, look: Look): Html => {
  const { outcome, startTime, sampleTime, failure } = instance
  const { texts } = look
  const name = clipped(instance.instance)
  return html`
<tr><th scope="row"><span title="${clipped(instance.uuid)}">${name}</span></th><td>${badge(outcomeTones[outcome], texts.outcomes[outcome])}</td><td class="number">${agoCell(startTime, look)}</td><td>${usageCell('cpu', instance, name, texts)}</td><td>${usageCell('memory', instance, name, texts)}</td><td class="number">${rate(instance.networkReceiveBytesPerSecond)}</td><td class="number">${rate(instance.networkTransmitBytesPerSecond)}</td><td class="number">${agoCell(sampleTime, look)}</td></tr>${failure !== undefined && failureRow(failure)}`
}

const failureRow = (failure: FailureStatus): Html => html`
<tr class="remarks"><td colspan="8"><p class="failure">${failureText(failure)}</p></td></tr>`
