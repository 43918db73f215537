import { paths, relative } from '../paths.js'
import {
  type Arrangement,
  arranged,
  type Column,
  choicesOf,
  columns,
  hrefOf,
  queryOf,
  rowsOf,
  type ServiceRow,
  sortedBy,
} from './arrangement.js'
import { statusName, unknownSizesText, unplottedText } from './cells.js'
import { collectionsTable, totals } from './collections.js'
import { type Html, html } from './html.js'
import { countServices, type Language, type Look, type LookOptions, languages, lookFor, translations } from './look.js'
import type { Status } from './model.js'
import { numericColumns, pagesNav } from './rows.js'
import { clipped } from './units.js'

export interface PageOptions extends LookOptions {
  readonly telemetryPath: string
  readonly assets: { readonly script: string; readonly style: string }
}

/** What stands before the rows of the services and after them. The page is complete without its script, which only updates it. */
export interface PageFrame {
  readonly top: string
  readonly bottom: string
}

/** All services, and those that match, in order. */
export interface Table {
  readonly rows: ReadonlyArray<ServiceRow>
  readonly shown: ReadonlyArray<ServiceRow>
}

export const tableOf = (status: Status, arrangement: Arrangement): Table => {
  const rows = rowsOf(status)
  return { rows, shown: arranged(rows, arrangement) }
}

/**
 * The page around its rows.
 *
 * @example
 * const { top, bottom } = frameOf(status, table, options)
 * const page = [top, ...table.shown.map((row) => serviceRows(row, look)), bottom].join('')
 */
export const frameOf = (status: Status, { rows, shown }: Table, options: PageOptions): PageFrame => {
  const { language, telemetryPath, prometheusUrl, assets } = options
  const look = lookFor(status, options)
  const { texts } = look
  const top = html`<!DOCTYPE html>
<html lang="${texts.tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${texts.title}</title>
<link rel="icon" href="${icon}">
<link rel="stylesheet" href="${assets.style}">
<script src="${assets.script}" defer></script>
</head>
<body data-language="${language}" data-version="${status.version}" data-prometheus-url="${prometheusUrl}">
<header>
<div class="name"><h1>${texts.title}</h1> <span>${texts.subtitle}</span></div>
<nav aria-label="${texts.linksName}">${[
    link(relative(telemetryPath), texts.links.metrics),
    link(relative(paths.discovery), texts.links.discovery),
    link(relative(paths.services), texts.links.api),
    link(relative(paths.healthy), texts.links.healthy),
    link(relative(paths.ready), texts.links.ready),
  ]}</nav>
<nav class="languages" aria-label="${texts.languageName}">${languages.map((other) => languageLink(other, look))}</nav>
</header>
<main>
<div class="state">
<div id="totals" role="status">${totals(status, look)}</div>
<p id="contact" role="status"></p>
</div>
<section aria-labelledby="collections-title">
<h2 id="collections-title">${texts.collections}</h2>
<div class="scroll" id="collections">${collectionsTable(status, look)}</div>
</section>
<section aria-labelledby="services-title">
<div class="heading">
<h2 id="services-title">${texts.services}</h2>
${filterForm(rows, look)}
<p id="shown" role="status">${texts.shownOf(shown.length, countServices(status))}</p>
</div>
<p id="unplotted">${unplottedText(rows, texts)}</p>
<p id="unlimited">${unknownSizesText(rows, texts)}</p>
<div class="scroll">
<table class="services" id="services"><caption class="unseen">${texts.services}</caption>
<thead><tr>${columns.map((column) => columnHeader(column, look))}<th scope="col" class="links">${texts.columns.links}</th></tr></thead>
`
  const bottom = html`</table>
</div>
${pageLinks(status, look)}<p id="nothing" class="none"${shown.length > 0 && html` hidden`}>${countServices(status) === 0 ? texts.noServices : texts.nothingMatches}</p>
</section>
</main>
<footer><p>${texts.version(status.version)}</p></footer>
</body>
</html>
`
  return { top: top.toString(), bottom: bottom.toString() }
}

// A cloud with a line that rises.
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f6feb"/><path d="M5 22l7-8 5 5 10-11" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/></svg>',
)}`

const link = (href: string, text: string): Html => html`<a href="${href}">${text}</a> `

const languageLink = (other: Language, { language, arrangement }: Look): Html =>
  html`<a href="${hrefOf(arrangement, other)}" lang="${translations[other].tag}" hreflang="${translations[other].tag}"${other === language && html` aria-current="true"`}>${{ en: 'English', zh: '中文' }[other]}</a> `

const pageLinks = ({ page, pageCount }: Status, look: Look): Html | undefined =>
  pageCount === 1 && page === 1
    ? undefined
    : html`${pagesNav({ page, pageCount }, 'page', look.texts.pages, look)}
`

const columnHeader = (column: Column, { arrangement, lang, texts }: Look): Html => {
  const isSorted = arrangement.sort === column
  const direction = arrangement.isDescending ? 'descending' : 'ascending'
  return html`<th scope="col" class="${column}${numericColumns.has(column) && ' number'}"${isSorted && html` aria-sort="${direction}"`}><a href="${hrefOf(sortedBy(arrangement, column), lang)}" data-sort="${column}" title="${texts.hints[column]}">${texts.columns[column]}</a></th>`
}

/** The values to choose from, and the chosen one even if no service has it now. */
export const optionsOf = (
  rows: ReadonlyArray<ServiceRow>,
  of: 'status' | 'region',
  { arrangement, texts }: Pick<Look, 'arrangement' | 'texts'>,
): Html => {
  const chosen = arrangement[of]
  const choices = choicesOf(rows, of)
  const all = chosen === '' || choices.includes(chosen) ? choices : [...choices, chosen]
  const name = (choice: string) => (of === 'status' ? statusName(choice, texts) : clipped(choice))
  return html`<option value="">${texts.any}</option>${all.map(
    (choice) => html`<option value="${choice}"${choice === chosen && html` selected`}>${name(choice)}</option>`,
  )}`
}

/** The part of the address that the form does not show: submitting the form must keep it. */
const hiddenFields = (arrangement: Arrangement, lang: string | null): ReadonlyArray<Html> =>
  [...queryOf({ ...arrangement, name: '', status: '', region: '', page: 1 }, lang)].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )

const filterForm = (rows: ReadonlyArray<ServiceRow>, look: Look): Html => {
  const { arrangement, lang, texts } = look
  const select = (of: 'status' | 'region') =>
    html`<label>${texts.columns[of]} <select name="${of}">${optionsOf(rows, of, look)}</select></label>`
  return html`<form id="filter" action="./" role="search">
${hiddenFields(arrangement, lang)}<label>${texts.filterName} <input type="search" name="name" value="${arrangement.name}" placeholder="${texts.filterNamePlaceholder}" autocomplete="off" spellcheck="false"></label>
${select('status')}
${select('region')}
<button type="submit">${texts.apply}</button>
</form>`
}
