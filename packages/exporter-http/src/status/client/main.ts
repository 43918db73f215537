import 'uplot/dist/uPlot.min.css'
import './frame.css'
import './controls.css'
import './table.css'
import './services.css'
import './open-service.css'
import {
  type Arrangement,
  arranged,
  arrangementOf,
  columns,
  hrefOf,
  rowsOf,
  sortedBy,
  toggled,
} from '../arrangement.js'
import { unknownSizesText, unplottedText } from '../cells.js'
import { collectionsTable, totals } from '../collections.js'
import { countServices, languages, lookFor, translations } from '../look.js'
import type { ServiceStatus, Status } from '../model.js'
import { optionsOf } from '../page.js'
import { serviceRows } from '../rows.js'
import { showAges, startContact } from './contact.js'
import { closest, element, keepingFocus, say, tableBody, write, written } from './elements.js'
import { drawPlots } from './plots.js'

interface Shown {
  readonly body: HTMLTableSectionElement
  /** What it was made of, and that as text. */
  readonly service: ServiceStatus
  readonly isOpen: boolean
  readonly source: string
}

const { lang, texts } = written
let arrangement = arrangementOf(new URLSearchParams(location.search))
let status: Status | undefined
let bodies: ReadonlyMap<string, Shown> = new Map()

/** Shows a new status, arranged as the reader wants it. */
const show = (next: Status): void => {
  status = next
  const look = lookFor(status, { ...written, arrangement })
  write(element('totals'), totals(status, look))
  write(element('collections'), collectionsTable(status, look))
  for (const of of ['status', 'region'] as const) {
    const select = element('filter').querySelector(`select[name=${of}]`)
    if (select !== null) write(select, optionsOf(rowsOf(status), of, look))
  }
  draw()
}

const draw = (): void => {
  if (status === undefined) return
  const look = lookFor(status, { ...written, arrangement })
  const rows = rowsOf(status)
  bodies = new Map(
    rows.map((row) => {
      const { key, service } = row
      const isOpen = arrangement.open.has(key)
      const before = bodies.get(key)
      // No news, as while the reader filters.
      if (before?.service === service && before.isOpen === isOpen) return [key, before]
      const source = JSON.stringify([row, isOpen, look.hasSeveralNamespaces])
      const body = before?.source === source ? before.body : tableBody(serviceRows(row, look))
      return [key, { body, service, isOpen, source }]
    }),
  )
  const shown = arranged(rows, arrangement).flatMap(({ key }) => bodies.get(key)?.body ?? [])
  const count = countServices(status)
  keepingFocus(() => place(element('services'), shown))
  say(element('shown'), texts.shownOf(shown.length, count))
  say(element('unplotted'), unplottedText(rows, texts))
  say(element('unlimited'), unknownSizesText(rows, texts))
  element('nothing').hidden = shown.length > 0
  say(element('nothing'), count === 0 ? texts.noServices : texts.nothingMatches)
  showSorting()
  drawPlots(rows)
}

/** Puts these parts into the table, in this order; the table stays untouched if they are there already. */
const place = (table: Element, wanted: ReadonlyArray<HTMLTableSectionElement>): void => {
  const present = [...table.querySelectorAll(':scope > tbody')]
  if (present.length === wanted.length && present.every((body, index) => body === wanted[index])) return
  const isWanted = new Set<Element>(wanted)
  for (const body of present) if (!isWanted.has(body)) body.remove()
  table.append(...wanted)
}

/** Updates the headers and all links: a reader may open them in another tab. */
const showSorting = (): void => {
  for (const column of columns) {
    const link = document.querySelector(`[data-sort=${column}]`)
    link?.setAttribute('href', hrefOf(sortedBy(arrangement, column), lang))
    const header = link?.closest('th')
    if (arrangement.sort !== column) header?.removeAttribute('aria-sort')
    else header?.setAttribute('aria-sort', arrangement.isDescending ? 'descending' : 'ascending')
  }
  for (const language of languages) {
    const link = document.querySelector(`.languages [hreflang=${translations[language].tag}]`)
    link?.setAttribute('href', hrefOf(arrangement, language))
  }
}

/** Only the server can arrange services of other pages. */
const hasAllServices = (): boolean =>
  status?.pageCount === 1 && status.page === 1 && status.matchingServices >= countServices(status)

const arrange = (next: Arrangement): void => {
  arrangement = next
  history.replaceState(null, '', hrefOf(arrangement, lang))
  draw()
}

/** What the links and the form lead to on the server, done here. Without all services, they still lead there. */
const listen = (): void => {
  document.addEventListener('click', (event) => {
    const isPlain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey
    if (!hasAllServices() || !isPlain) return
    const key = closest(event, 'data-toggle')
    const sort = columns.find((column) => column === closest(event, 'data-sort'))
    if (key === undefined && sort === undefined) return
    event.preventDefault()
    arrange(key === undefined ? sortedBy(arrangement, sort ?? 'name') : toggled(arrangement, key))
  })

  const form = element('filter')
  if (!(form instanceof HTMLFormElement)) return
  const filter = (event: Event) => {
    if (!hasAllServices()) return
    event.preventDefault()
    const data = new FormData(form)
    const field = (name: string) => String(data.get(name) ?? '')
    arrange({ ...arrangement, name: field('name'), status: field('status'), region: field('region') })
  }
  form.addEventListener('input', filter)
  form.addEventListener('submit', filter)
  for (const query of ['(prefers-color-scheme: dark)', '(prefers-contrast: more)']) {
    matchMedia(query).addEventListener('change', draw)
  }
}

listen()
startContact(show)
setInterval(showAges, 1000)
