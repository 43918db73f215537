import { agoCell, badge, failureText } from './cells.js'
import { type Html, html } from './html.js'
import { countServices, type Look, namespacesIn } from './look.js'
import type { AccountStatus, NamespaceStatus, Status } from './model.js'
import { clipped, count, duration, percent, sumOf, unknown } from './units.js'

/** The few numbers that show the overall state. */
export const totals = (status: Status, { texts }: Look): Html => {
  const namespaces = namespacesIn(status)
  const up = namespaces.filter((namespace) => namespace.up === true).length
  const services = countServices(status)
  const running = services === 0 ? 0 : sumOf(namespaces.map(({ runningInstances }) => runningInstances))
  const failed = sumOf(namespaces.map(({ failedInstances }) => failedInstances)) ?? 0
  const isCollected = namespaces.some((namespace) => namespace.up !== undefined)
  // Before the first list all numbers are unknown, not 0.
  const known = (value: number | undefined) => (namespaces.some(isListed) ? count(value) : unknown)
  const total = (value: string, name: string, isBad = false) =>
    html`<li${isBad && html` class="bad"`}><b>${value}</b> ${name}</li>`
  return html`<ul class="totals">${[
    total(`${up} / ${namespaces.length}`, texts.totals.namespaces, isCollected && up < namespaces.length),
    total(known(services), texts.totals.services),
    total(known(running), texts.totals.instances),
    total(known(failed), texts.totals.failed, failed > 0),
  ]}</ul>`
}

/** Whether its services are known: there is a list that is not too old. */
const isListed = ({ up, serviceCount }: NamespaceStatus): boolean => up === true || serviceCount > 0

/** How collections go, for each account and namespace. */
export const collectionsTable = ({ accounts }: Status, look: Look): Html => {
  const { collectionColumns: names, collectionHints: hints, collections, services } = look.texts
  const hasAccounts = accounts.some(({ account }) => account !== undefined)
  return html`<table class="collections"><caption class="unseen">${collections}</caption>
<thead><tr>${hasAccounts && html`<th scope="col">${names.account}</th>`}<th scope="col">${names.namespace}</th><th scope="col">${names.state}</th><th scope="col" class="number">${names.last}</th><th scope="col" class="number">${names.took}</th><th scope="col" class="number" title="${hints.share}">${names.share}</th><th scope="col" class="number" title="${hints.calls}">${names.calls}</th><th scope="col" class="number">${services}</th><th scope="col" class="number" title="${hints.failed}">${names.failed}</th></tr></thead>
${accounts.flatMap((account) => account.namespaces.map((namespace) => namespaceRows(account, namespace, hasAccounts, look)))}</table>`
}

const namespaceRows = (
  { account, apiRequests }: AccountStatus,
  namespace: NamespaceStatus,
  hasAccounts: boolean,
  look: Look,
): Html => {
  const { up, lastCollectionTime, collectionDurationSeconds, collectionIntervalSeconds, failedInstances } = namespace
  const share =
    collectionDurationSeconds === undefined || collectionIntervalSeconds === undefined
      ? undefined
      : collectionDurationSeconds / collectionIntervalSeconds
  const known = (value: number) => (isListed(namespace) ? count(value) : unknown)
  const number = (value: Html | string, isBad = false) => html`<td class="number${isBad && ' bad'}">${value}</td>`
  return html`<tbody>
<tr>${hasAccounts && html`<td>${account === undefined ? unknown : clipped(account)}</td>`}<th scope="row">${clipped(namespace.namespace)}</th><td>${stateBadge(up, look)}</td>${number(agoCell(lastCollectionTime, look))}${number(duration(collectionDurationSeconds))}${number(percent(share), share !== undefined && share >= 1)}${number(count(apiRequests))}${number(known(namespace.serviceCount))}${number(known(failedInstances), failedInstances > 0)}</tr>${remarks(namespace, hasAccounts, look)}
</tbody>`
}

const stateBadge = (up: boolean | undefined, { texts }: Look): Html => {
  if (up === undefined) return badge('busy', texts.waiting)
  return up ? badge('good', texts.up) : badge('bad', texts.down)
}

/** The failures, with their reasons, and what is left out. */
const remarks = (namespace: NamespaceStatus, hasAccounts: boolean, look: Look): Html | undefined => {
  const { failure, firstInstanceFailure, failedInstances, lastSuccessTime } = namespace
  const { texts } = look
  const counted = (count: number, text: (count: number) => string) => count > 0 && html`${text(count)}`
  const lines = [
    failure !== undefined &&
      html`${failureText(failure)}${lastSuccessTime !== undefined && html` ${texts.lastSuccess}${agoCell(lastSuccessTime, look)}`}`,
    // While the list is unreadable, that is the failure; its consequences are not repeated.
    failure === undefined &&
      firstInstanceFailure !== undefined &&
      html`${texts.instanceFailures(failedInstances)}${failureText(firstInstanceFailure)}`,
    counted(namespace.leftOutInstances, texts.leftOut),
    counted(namespace.tooLong, texts.tooLong),
    counted(namespace.duplicates, texts.duplicates),
  ].filter((line) => line !== false)
  if (lines.length === 0) return undefined
  return html`
<tr class="remarks"><td colspan="${hasAccounts ? 9 : 8}">${lines.map((line) => html`<p class="failure">${line}</p>`)}</td></tr>`
}
