import { paths, relative } from '../paths.js'
import {
  type Arrangement,
  type Column,
  choicesOf,
  columns,
  isMatch,
  queryOf,
  rowsOf,
  type ServiceRow,
  sorted,
  sortedBy,
  toggled,
} from './arrangement.js'
import { countServices, type Look, lookFor, statusName, unknownSizesText, unplottedText } from './cells.js'
import { collectionsTable, totals } from './collections.js'
import type { Texts } from './english.js'
import { type Html, html } from './html.js'
import { type Language, languages, translations } from './languages.js'
import type { Status } from './model.js'
import { pagesNav, serviceRows } from './rows.js'
import { clipped } from './units.js'

export interface PageOptions {
  readonly language: Language
  /** The language that the address asks for; null when the browser's is taken. */
  readonly lang: string | null
  readonly arrangement: Arrangement
  readonly telemetryPath: string
  readonly prometheusUrl?: string | undefined
  readonly assets: { readonly script: string; readonly style: string }
}

/** The whole page, with everything in it that the page's script can only keep up to date. It is made in steps. */
export function* page(status: Status, options: PageOptions): Generator<undefined, string> {
  const { language, lang, arrangement, telemetryPath, prometheusUrl, assets } = options
  const texts = translations[language]
  const look = lookFor(status, texts, prometheusUrl)
  const rows = rowsOf(status)
  const shown = sorted(rows.filter(isMatch(arrangement)), arrangement)
  const bodies: Html[] = []
  for (const row of shown) {
    bodies.push(rowHtml(row, arrangement, lang, look))
    yield
  }
  return html`<!DOCTYPE html>
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
<nav class="languages" aria-label="${texts.languageName}">${languages.map((other) => languageLink(other, options))}</nav>
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
${filterForm(rows, arrangement, lang, texts)}
<p id="shown" role="status">${texts.shownOf(shown.length, countServices(status))}</p>
</div>
<p id="unplotted">${unplottedText(rows, texts)}</p>
<p id="unlimited">${unknownSizesText(rows, texts)}</p>
<div class="scroll">
<table class="services" id="services"><caption class="unseen">${texts.services}</caption>
<thead><tr>${columns.map((column) => columnHeader(column, arrangement, lang, texts))}<th scope="col" class="links">${texts.columns.links}</th></tr></thead>
${bodies}</table>
</div>
${pageLinks(status, arrangement, lang, texts)}<p id="nothing" class="none"${shown.length > 0 && html` hidden`}>${countServices(status) === 0 ? texts.noServices : texts.nothingMatches}</p>
</section>
</main>
<footer><p>${texts.version(status.version)}</p></footer>
</body>
</html>
`.toString()
}

// A cloud with a line that rises.
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f6feb"/><path d="M5 22l7-8 5 5 10-11" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/></svg>',
)}`

const link = (href: string, text: string): Html => html`<a href="${href}">${text}</a> `

/** The page's own address, for this arrangement. */
export const hrefOf = (arrangement: Arrangement, lang: string | null): string => {
  const query = queryOf(arrangement, lang).toString()
  return query === '' ? './' : `./?${query}`
}

const languageLink = (other: Language, { language, arrangement }: PageOptions): Html =>
  html`<a href="${hrefOf(arrangement, other)}" lang="${translations[other].tag}" hreflang="${translations[other].tag}"${other === language && html` aria-current="true"`}>${{ en: 'English', zh: '中文' }[other]}</a> `

/** Nothing where all is on one page. */
const pageLinks = ({ page, pageCount }: Status, arrangement: Arrangement, lang: string | null, texts: Texts): Html =>
  pageCount === 1 && page === 1
    ? html``
    : html`${pagesNav({ page, pageCount }, texts.pages, (other) => hrefOf({ ...arrangement, page: other }, lang), texts)}
`

/** A service's part of the table, for this arrangement. */
export const rowHtml = (row: ServiceRow, arrangement: Arrangement, lang: string | null, look: Look): Html =>
  serviceRows(
    row,
    arrangement.open.has(row.key),
    {
      toggled: hrefOf(toggled(arrangement, row.key), lang),
      ofInstances: (instances) => hrefOf({ ...arrangement, instances }, lang),
    },
    look,
  )

const numericColumns: ReadonlySet<Column> = new Set(['instances', 'network'])

const columnHeader = (column: Column, arrangement: Arrangement, lang: string | null, texts: Texts): Html => {
  const isSorted = arrangement.sort === column
  const direction = arrangement.isDescending ? 'descending' : 'ascending'
  return html`<th scope="col" class="${column}${numericColumns.has(column) && ' number'}"${isSorted && html` aria-sort="${direction}"`}><a href="${hrefOf(sortedBy(arrangement, column), lang)}" data-sort="${column}" title="${texts.hints[column]}">${texts.columns[column]}</a></th>`
}

/** A choice of what there is, and of what is chosen even when it is not there just now. */
export const optionsOf = (
  rows: ReadonlyArray<ServiceRow>,
  of: 'status' | 'region',
  chosen: string,
  texts: Texts,
): Html => {
  const choices = choicesOf(rows, of)
  const all = chosen === '' || choices.includes(chosen) ? choices : [...choices, chosen]
  const name = (choice: string) => (of === 'status' ? statusName(choice, texts) : clipped(choice))
  return html`<option value="">${texts.any}</option>${all.map(
    (choice) => html`<option value="${choice}"${choice === chosen && html` selected`}>${name(choice)}</option>`,
  )}`
}

/** What of the address is not asked for in the form must not be lost by it. */
const hiddenFields = (arrangement: Arrangement, lang: string | null): ReadonlyArray<Html> =>
  [...queryOf({ ...arrangement, name: '', status: '', region: '', page: 1 }, lang)].map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )

const filterForm = (
  rows: ReadonlyArray<ServiceRow>,
  arrangement: Arrangement,
  lang: string | null,
  texts: Texts,
): Html => {
  const { name, status, region } = arrangement
  return html`<form id="filter" action="./" role="search">
${hiddenFields(arrangement, lang)}<label>${texts.filterName} <input type="search" name="name" value="${name}" placeholder="${texts.filterNamePlaceholder}" autocomplete="off" spellcheck="false"></label>
<label>${texts.filterStatus} <select name="status">${optionsOf(rows, 'status', status, texts)}</select></label>
<label>${texts.filterRegion} <select name="region">${optionsOf(rows, 'region', region, texts)}</select></label>
<button type="submit">${texts.apply}</button>
</form>`
}
