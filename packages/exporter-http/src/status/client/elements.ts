import type { Html } from '../html.js'
import { isLanguage, type Language, translations } from '../look.js'

const { language, version = '', prometheusUrl } = document.body.dataset
const pageLanguage: Language = isLanguage(language) ? language : 'en'

/** How the server has written the page. */
export const written = {
  language: pageLanguage,
  texts: translations[pageLanguage],
  /** The exporter's version. */
  version,
  prometheusUrl: prometheusUrl || undefined,
  lang: new URLSearchParams(location.search).get('lang'),
}

/** An element that the server has written; a page without it does not belong to this script. */
export const element = (id: string): HTMLElement => {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

/** The element at or around an event's target that has this attribute, and the attribute's value. */
export const closest = (event: Event, attribute: string): string | undefined =>
  event.target instanceof Element
    ? (event.target.closest(`[${attribute}]`)?.getAttribute(attribute) ?? undefined)
    : undefined

/** Changes a text, unless it is already there: screen readers read out every change. */
export const say = (target: Element, text: string): void => {
  if (target.textContent !== text) target.textContent = text
}

/** Writes HTML, unless it is already there: what a reader has selected stays. */
export const write = (target: Element, markup: Html): void => {
  const { innerHTML } = parsed(markup)
  if (target.innerHTML !== innerHTML) target.innerHTML = innerHTML
}

const parsed = (markup: Html): HTMLTemplateElement => {
  const template = document.createElement('template')
  template.innerHTML = markup.toString()
  return template
}

export const tableBody = (markup: Html): HTMLTableSectionElement => {
  const body = parsed(markup).content.querySelector('tbody')
  if (body === null) throw new Error('not a table body')
  return body
}

/** Does what moves or replaces rows, and leaves the keyboard where it was. */
export const keepingFocus = (change: () => void): void => {
  const before = document.activeElement
  const key = before?.closest('tbody')?.getAttribute('data-key')
  const attribute = before?.hasAttribute('data-toggle') ? 'data-toggle' : 'href'
  const value = before?.getAttribute(attribute)
  change()
  if (!(before instanceof HTMLElement) || before === document.activeElement) return
  if (before.isConnected) {
    before.focus({ preventScroll: true })
    return
  }
  const row = [...document.querySelectorAll('tbody[data-key]')].find((body) => body.getAttribute('data-key') === key)
  const links = [...(row?.querySelectorAll('a') ?? [])]
  links.find((link) => link.getAttribute(attribute) === value)?.focus({ preventScroll: true })
}
