/** An element of the page that the server has written; without it the page is not the one that this script belongs to. */
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

/** Changes a text. Nothing is done when it is there already: what has not changed is not to be read out again. */
export const say = (target: Element, text: string): void => {
  if (target.textContent !== text) target.textContent = text
}

/** Writes HTML that `html` has made. Nothing is done when it is there already, so that what a reader has selected stays. */
const written = new WeakMap<Element, string>()
export const write = (target: Element, markup: { toString(): string }): void => {
  const text = markup.toString()
  if (written.get(target) === text) return
  const isFromServer = !written.has(target) && target.innerHTML === parsed(text).innerHTML
  written.set(target, text)
  if (!isFromServer) target.innerHTML = text
}

const parsed = (markup: string): HTMLTemplateElement => {
  const template = document.createElement('template')
  template.innerHTML = markup
  return template
}

/** A `tbody` of HTML that `html` has made. */
export const tableBody = (markup: { toString(): string }): HTMLTableSectionElement => {
  const body = parsed(markup.toString()).content.querySelector('tbody')
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
