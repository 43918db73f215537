/** Text that is HTML. Only {@link html} makes it, so that nothing gets into a page without having been escaped. */
class Html {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  toString(): string {
    return this.#text
  }
}

export type { Html }

type HtmlValue = Html | string | number | undefined | false | ReadonlyArray<Html>

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  // A parser would make a line feed of it.
  '\r': '&#13;',
}

const escaped = (text: string): string =>
  text
    .replace(/[&<>"'\r]/g, (character) => entities[character] ?? '')
    // HTML has no way to write it.
    .replaceAll('\0', '\uFFFD')
    .toWellFormed()

const written = (value: HtmlValue): string => {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.toString()
  return typeof value === 'object' ? value.join('') : escaped(String(value))
}

/**
 * HTML with values in it, each as text or as the value of a quoted attribute. Nothing is written for what is undefined or
 * false.
 *
 * @example
 * html`<a href="${'/?a&b'}">${'<kibana>'}</a>`.toString() // '<a href="/?a&amp;b">&lt;kibana&gt;</a>'
 */
export const html = (strings: TemplateStringsArray, ...values: ReadonlyArray<HtmlValue>): Html =>
  new Html(strings.reduce((text, string, index) => `${text}${written(values[index - 1])}${string}`))
