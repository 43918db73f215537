import { agoCell, badge, countFailed, countRunning, countServices, failureText, type Look } from './cells.js'
import { type Html, html } from './html.js'
import type { AccountStatus, NamespaceStatus, Status } from './model.js'
import { clipped, count, duration, percent, unknown } from './units.js'

/** The few numbers that show the overall state. */
export const totals = (status: Status, { texts }: Look): Html => {
  const namespaces = status.accounts.flatMap((account) => account.namespaces)
  const up = namespaces.filter((namespace) => namespace.up === true).length
  const failed = countFailed(status)
  // Before a first list nothing is known, and nothing is not 0.
  const isKnown = namespaces.some(isListed)
  const isCollected = namespaces.some((namespace) => namespace.up !== undefined)
  const total = (value: string, name: string, tone: string | false = false) =>
    html`<li${tone !== false && html` class="${tone}"`}><b>${value}</b> ${name}</li>`
  return html`<ul class="totals">${[
    total(`${up} / ${namespaces.length}`, texts.totals.namespaces, isCollected && up < namespaces.length && 'bad'),
    total(isKnown ? count(countServices(status)) : unknown, texts.totals.services),
    total(isKnown ? count(countRunning(status)) : unknown, texts.totals.instances),
    total(isKnown ? count(failed) : unknown, texts.totals.failed, failed > 0 && 'bad'),
  ]}</ul>`
}

/** Whether its services are known: there is a list that is not too old. */
const isListed = ({ up, serviceCount }: NamespaceStatus): boolean => up === true || serviceCount > 0

/** How collections go, for each account and namespace. */
export const collectionsTable = ({ accounts }: Status, look: Look): Html => {
  const { collectionColumns: names, collectionHints: hints, collections } = look.texts
  const hasAccounts = accounts.some(({ account }) => account !== undefined)
  return html`<table class="collections"><caption class="unseen">${collections}</caption>
<thead><tr>${hasAccounts && html`<th scope="col">${names.account}</th>`}<th scope="col">${names.namespace}</th><th scope="col">${names.state}</th><th scope="col" class="number">${names.last}</th><th scope="col" class="number">${names.took}</th><th scope="col" class="number" title="${hints.share}">${names.share}</th><th scope="col" class="number" title="${hints.calls}">${names.calls}</th><th scope="col" class="number">${names.services}</th><th scope="col" class="number" title="${hints.failed}">${names.failed}</th></tr></thead>
${accounts.flatMap((account) => account.namespaces.map((namespace) => namespaceRows(account, namespace, hasAccounts, look)))}</table>`
}

const namespaceRows = (
  { account, apiRequests }: AccountStatus,
  namespace: NamespaceStatus,
  hasAccounts: boolean,
  look: Look,
): Html => {
  const { lastCollectionTime, collectionDurationSeconds, collectionIntervalSeconds, up } = namespace
  const share =
    collectionDurationSeconds === undefined || collectionIntervalSeconds === undefined
      ? undefined
      : collectionDurationSeconds / collectionIntervalSeconds
  const number = (value: Html | string, isBad = false) => html`<td class="number${isBad && ' bad'}">${value}</td>`
  return html`<tbody>
<tr>${hasAccounts && html`<td>${account === undefined ? unknown : clipped(account)}</td>`}<th scope="row">${clipped(namespace.namespace)}</th><td>${stateBadge(up, look)}</td>${number(agoCell(lastCollectionTime, look))}${number(duration(collectionDurationSeconds))}${number(percent(share), share !== undefined && share >= 1)}${number(count(apiRequests))}${number(isListed(namespace) ? count(namespace.serviceCount) : unknown)}${number(isListed(namespace) ? count(namespace.failedInstances) : unknown, namespace.failedInstances > 0)}</tr>${remarks(namespace, hasAccounts, look)}
</tbody>`
}

const stateBadge = (up: boolean | undefined, { texts }: Look): Html => {
  if (up === undefined) return badge('busy', texts.waiting)
  return up ? badge('good', texts.up) : badge('bad', texts.down)
}

/** What went wrong, and why. */
const remarks = (namespace: NamespaceStatus, hasAccounts: boolean, look: Look): Html | undefined => {
  const { failure, firstInstanceFailure, failedInstances, leftOutInstances, tooLong, duplicates, lastSuccessTime } =
    namespace
  const { texts } = look
  const lines = [
    ...(failure === undefined
      ? []
      : [
          html`${failureText(failure)}${lastSuccessTime !== undefined && html` ${texts.lastSuccess}${agoCell(lastSuccessTime, look)}`}`,
        ]),
    // While the list is unreadable, that is the failure; its consequences are not repeated.
    ...(firstInstanceFailure === undefined || failure !== undefined
      ? []
      : [html`${texts.instanceFailures(failedInstances)}${failureText(firstInstanceFailure)}`]),
    ...(leftOutInstances === 0 ? [] : [html`${texts.leftOut(leftOutInstances)}`]),
    ...(tooLong === 0 ? [] : [html`${texts.tooLong(tooLong)}`]),
    ...(duplicates === 0 ? [] : [html`${texts.duplicates(duplicates)}`]),
  ]
  if (lines.length === 0) return undefined
  return html`
<tr class="remarks"><td colspan="${hasAccounts ? 9 : 8}">${lines.map((line) => html`<p class="failure">${line}</p>`)}</td></tr>`
}
