import {
  type Arrangement,
  arrangementOf,
  columns,
  isMatch,
  rowsOf,
  type ServiceRow,
  sorted,
  sortedBy,
} from '../arrangement.js'
import { countServices, type Look, lookFor, unknownSizesText, unplottedText } from '../cells.js'
import { collectionsTable, totals } from '../collections.js'
import { languages, translations } from '../languages.js'
import type { ServiceStatus, Status } from '../model.js'
import { hrefOf, optionsOf, rowHtml } from '../page.js'
import { element, keepingFocus, say, tableBody, write } from './elements.js'
import { lang, pagePrometheusUrl, texts } from './language.js'
import { drawPlots } from './plots.js'

/** What is on the screen: the newest status, arranged as the reader wants it. */
export interface Screen {
  readonly show: (status: Status) => void
  /** Undefined until there is something to arrange. */
  readonly arrangement: () => Arrangement | undefined
  readonly arrange: (arrangement: Arrangement) => void
  readonly redraw: () => void
}

interface Shown {
  readonly body: HTMLTableSectionElement
  /** What it was made of, and that as text. */
  readonly service: ServiceStatus
  readonly isOpen: boolean
  readonly source: string
}

export const createScreen = (): Screen => {
  const table = element('services')
  let arrangement = arrangementOf(new URLSearchParams(location.search))
  let status: Status | undefined
  let bodies: ReadonlyMap<string, Shown> = new Map()

  const bodyOf = (row: ServiceRow, look: Look): Shown => {
    const isOpen = arrangement.open.has(row.key)
    const { service } = row
    const before = bodies.get(row.key)
    // Nothing new has come, as while somebody filters: it need not be looked into.
    if (before?.service === service && before.isOpen === isOpen) return before
    const source = JSON.stringify([row, isOpen, look.hasSeveralNamespaces])
    const body = before?.source === source ? before.body : tableBody(rowHtml(row, arrangement, lang(), look))
    return { body, service, isOpen, source }
  }

  const draw = (): void => {
    if (status === undefined) return
    const look = lookFor(status, texts, pagePrometheusUrl)
    const rows = rowsOf(status)
    const shown = sorted(rows.filter(isMatch(arrangement)), arrangement)
    bodies = new Map(rows.map((row) => [row.key, bodyOf(row, look)]))
    const wanted = shown.flatMap(({ key }) => bodies.get(key)?.body ?? [])
    keepingFocus(() => place(table, wanted))
    say(element('shown'), texts.shownOf(shown.length, countServices(status)))
    say(element('unplotted'), unplottedText(rows, texts))
    say(element('unlimited'), unknownSizesText(rows, texts))
    element('nothing').hidden = shown.length > 0
    say(element('nothing'), countServices(status) === 0 ? texts.noServices : texts.nothingMatches)
    showSorting(arrangement)
    drawPlots(rows)
  }

  return {
    show: (next) => {
      status = next
      const look = lookFor(status, texts, pagePrometheusUrl)
      const rows = rowsOf(status)
      write(element('totals'), totals(status, look))
      write(element('collections'), collectionsTable(status, look))
      for (const of of ['status', 'region'] as const) {
        const select = element('filter').querySelector(`select[name=${of}]`)
        if (select !== null) write(select, optionsOf(rows, of, arrangement[of], texts))
      }
      draw()
    },
    // What is not on this page only the server can arrange.
    arrangement: () => (status === undefined || isPart(status) ? undefined : arrangement),
    arrange: (next) => {
      arrangement = next
      history.replaceState(null, '', hrefOf(arrangement, lang()))
      draw()
    },
    redraw: draw,
  }
}

const isPart = (status: Status): boolean =>
  status.pageCount > 1 || status.page > 1 || status.matchingServices < countServices(status)

/** Puts these parts into the table, in this order, and moves nothing that is in its place. */
const place = (table: Element, wanted: ReadonlyArray<HTMLTableSectionElement>): void => {
  const present = [...table.querySelectorAll(':scope > tbody')]
  if (present.length === wanted.length && present.every((body, index) => body === wanted[index])) return
  const isWanted = new Set<Element>(wanted)
  for (const body of present) if (!isWanted.has(body)) body.remove()
  table.append(...wanted)
}

/** What is sorted how, and where the links lead from here: they may be opened in another tab. */
const showSorting = (arrangement: Arrangement): void => {
  for (const column of columns) {
    const link = document.querySelector(`[data-sort=${column}]`)
    link?.setAttribute('href', hrefOf(sortedBy(arrangement, column), lang()))
    const header = link?.closest('th')
    if (arrangement.sort !== column) header?.removeAttribute('aria-sort')
    else header?.setAttribute('aria-sort', arrangement.isDescending ? 'descending' : 'ascending')
  }
  for (const language of languages) {
    const link = document.querySelector(`.languages [hreflang=${translations[language].tag}]`)
    link?.setAttribute('href', hrefOf(arrangement, language))
  }
}
