import type { ServiceRow } from './arrangement.js'
import {
  agoCell,
  badge,
  cpuCell,
  failureText,
  type Look,
  memoryCell,
  networkCell,
  plotLabel,
  plotText,
  statusBadge,
  valuesOf,
  withSpark,
} from './cells.js'
import type { Texts } from './english.js'
import { type Html, html } from './html.js'
import { graphUrl, probeUrl } from './links.js'
import type { FailureStatus, InstanceStatus } from './model.js'
import { linePlot } from './plot.js'
import { clipped, count, rate, unknown } from './units.js'

/** How many columns the table of services has. */
export const columnCount = 8

/** Where a service's part of the table leads to. */
export interface RowLinks {
  /** The page where it is open, or closed if it is. */
  readonly toggled: string
  /** The page with other instances of it. */
  readonly ofInstances: (page: number) => string
}

/** A service's part of the table. */
export const serviceRows = (row: ServiceRow, isOpen: boolean, links: RowLinks, look: Look): Html => {
  const { service, key } = row
  const { texts } = look
  const name = clipped(service.service)
  return html`<tbody data-key="${key}"${isOpen && html` class="open"`}>
<tr><th scope="row"><a class="toggle" href="${links.toggled}" data-toggle="${key}" aria-expanded="${isOpen ? 'true' : 'false'}">${name}</a>${whereOf(row, look)}</th>
<td>${statusBadge(service.status, texts)}</td>
<td class="region">${service.region === undefined ? unknown : clipped(service.region)}</td>
<td class="number instances">${instancesCell(row)}</td>
<td>${withSpark(cpuCell(service, name, look), 'cpu', row, look)}</td>
<td>${withSpark(memoryCell(service, name, look), 'memory', row, look)}</td>
<td class="number network">${networkCell(service, texts)}</td>
<td class="links">${linksOf(row, look)}</td></tr>${isOpen && detailRow(row, links, look)}
</tbody>
`
}

const whereOf = ({ account, namespace, service }: ServiceRow, { hasSeveralNamespaces }: Look): Html | undefined => {
  const parts = [...(hasSeveralNamespaces ? [account, namespace] : []), service.project, service.space].filter(
    (part) => part !== undefined && part !== '',
  )
  return parts.length === 0 ? undefined : html` <small>${parts.map((part) => clipped(part ?? '')).join(' / ')}</small>`
}

const instancesCell = ({ service: { runningInstances, targetInstances, status } }: ServiceRow): Html => {
  const [running, wanted] = [runningInstances, targetInstances]
  // A service that was stopped is as its owner wants it.
  const isShort = running !== undefined && wanted !== undefined && running < wanted && status !== 'Stopped'
  return html`<span${isShort && html` class="short"`}>${count(runningInstances)} / ${count(targetInstances)}</span>`
}

const linksOf = (row: ServiceRow, { texts, prometheusUrl }: Look): Html => {
  const name = clipped(row.service.service)
  const probe = probeUrl(row)
  const graph = prometheusUrl === undefined ? undefined : graphUrl(prometheusUrl, row)
  return html`${probe !== undefined && html`<a href="${probe}" aria-label="${texts.probeOf(name)}">${texts.probe}</a>`}${graph !== undefined && html` <a href="${graph}" aria-label="${texts.graphOf(name)}">${texts.graph}</a>`}`
}

const detailRow = (row: ServiceRow, links: RowLinks, look: Look): Html => {
  const { service } = row
  const { texts } = look
  const { facts, columns } = texts
  const fact = (name: string, value: string | Html | undefined) =>
    value === undefined || value === '' ? html`` : html`<div><dt>${name}</dt><dd>${value}</dd></div>`
  const clippedFact = (name: string, value: string | undefined) =>
    fact(name, value === undefined ? undefined : clipped(value))
  return html`
<tr class="detail"><td colspan="${columnCount}"><div class="inside">
<dl>${clippedFact(facts.image, service.image)}${clippedFact(facts.size, service.size)}${clippedFact(columns.region, service.region)}${clippedFact(facts.project, service.project)}${clippedFact(facts.space, service.space)}${fact(facts.listed, agoCell(service.listedTime, look))}${fact(columns.network, networkCell(service, texts))}${fact(columns.links, linksOf(row, look))}</dl>
${service.instancesFailure !== undefined && html`<p class="failure">${failureText(service.instancesFailure)}</p>`}
${instancesTable(row, look)}${instanceLinks(row, links, look)}
<div class="plots">${plot(row, 'cpu', look)}${plot(row, 'memory', look)}</div>
</div></td></tr>`
}

/** Drawn again by the page's script, with axes and a cursor. */
const plot = ({ key, service: { history, service } }: ServiceRow, measure: 'cpu' | 'memory', { texts }: Look): Html => {
  const line = history === undefined ? undefined : linePlot(history.times, valuesOf(history, measure))
  const body =
    history === undefined || line === undefined
      ? html`<p class="none">${history === undefined ? texts.noRoomForPlot : texts.noPlot}</p>`
      : html`<div class="plot" role="img" aria-label="${plotLabel(history, measure, clipped(service), texts)}" data-plot="${measure}" data-of="${key}">${line}</div>`
  return html`<figure><figcaption>${texts.lastHour[measure]} <span class="reading">${history !== undefined && line !== undefined && plotText(history, measure, texts)}</span></figcaption>${body}</figure>`
}

const instancesTable = ({ service: { instances, service } }: ServiceRow, look: Look): Html => {
  const { texts } = look
  const { instanceColumns: names } = texts
  if (instances.length === 0) return html`<p class="none">${texts.noInstances}</p>`
  return html`<div class="scroll"><table class="inner"><caption class="unseen">${texts.instancesOf(clipped(service))}</caption>
<thead><tr><th scope="col">${names.name}</th><th scope="col">${names.values}</th><th scope="col" class="number">${names.started}</th><th scope="col">${names.cpu}</th><th scope="col">${names.memory}</th><th scope="col" class="number">${names.receive}</th><th scope="col" class="number">${names.transmit}</th><th scope="col" class="number">${names.measured}</th></tr></thead>
<tbody>${instances.map((instance) => instanceRow(instance, look))}</tbody></table></div>`
}

const instanceLinks = ({ service }: ServiceRow, { ofInstances }: RowLinks, { texts }: Look): Html | undefined => {
  const { instancePages, service: name } = service
  if (instancePages === undefined) return undefined
  return html`
${pagesNav(instancePages, texts.instancesOf(clipped(name)), ofInstances, texts)}`
}

/** The page that this is, and links to those beside it. */
export const pagesNav = (
  { page, pageCount }: { readonly page: number; readonly pageCount: number },
  label: string,
  hrefOf: (page: number) => string,
  texts: Texts,
): Html => {
  const to = (other: number, text: string) => html` <a href="${hrefOf(other)}">${text}</a>`
  return html`<nav aria-label="${label}">${page > 1 && to(Math.min(page - 1, pageCount), texts.previous)} ${texts.pageOf(page, pageCount)}${page < pageCount && to(page + 1, texts.next)}</nav>`
}

const outcomeTones = { ok: 'good', empty: 'idle', gone: 'idle', failed: 'bad' } as const

const instanceRow = (instance: InstanceStatus, look: Look): Html => {
  const { outcome, startTime, sampleTime, failure } = instance
  const name = clipped(instance.instance)
  return html`
<tr><th scope="row"><span title="${clipped(instance.uuid)}">${name}</span></th><td>${badge(outcomeTones[outcome], look.texts.outcomes[outcome])}</td><td class="number">${agoCell(startTime, look)}</td><td><div class="usage">${cpuCell(instance, name, look)}</div></td><td><div class="usage">${memoryCell(instance, name, look)}</div></td><td class="number">${rate(instance.networkReceiveBytesPerSecond)}</td><td class="number">${rate(instance.networkTransmitBytesPerSecond)}</td><td class="number">${agoCell(sampleTime, look)}</td></tr>${failure !== undefined && failureRow(failure)}`
}

const failureRow = (failure: FailureStatus): Html => html`
<tr class="remarks"><td colspan="8"><p class="failure">${failureText(failure)}</p></td></tr>`
