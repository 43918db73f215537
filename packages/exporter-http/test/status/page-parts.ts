import { arrangementOf } from '../../src/status/arrangement.js'
import { type Language, lookFor } from '../../src/status/look.js'
import type { Status } from '../../src/status/model.js'
import { frameOf, tableOf } from '../../src/status/page.js'
import { serviceRows } from '../../src/status/rows.js'

export const pageOf = (
  status: Status,
  query = '',
  {
    language = 'en',
    lang = null,
    prometheusUrl,
  }: { language?: Language; lang?: Language | null; prometheusUrl?: string } = {},
): string => {
  const arrangement = arrangementOf(new URLSearchParams(query))
  const options = {
    language,
    lang,
    arrangement,
    telemetryPath: '/metrics',
    prometheusUrl,
    assets: { script: 'assets/page.js?v=1', style: 'assets/page.css?v=2' },
  }
  const table = tableOf(status, arrangement)
  const look = lookFor(status, options)
  const { top, bottom } = frameOf(status, table, options)
  return [top, ...table.shown.map((row) => serviceRows(row, look)), bottom].join('')
}

export interface Tag {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

// As HTML's own rules have it for tags that are all closed and attributes that are all quoted: no `<` stands outside of one.
const tagSyntax = /<(?:!DOCTYPE html|\/?([a-z][a-z0-9]*)((?: [a-z][a-zA-Z-]*(?:="[^"<>]*")?)*)\/?)>/g
const attributeSyntax = /([a-z][a-zA-Z-]*)(?:="([^"]*)")?/g

/** The tags of a page, and the text between them; fails where anything else looks like one. */
export const parsed = (html: string): { readonly tags: ReadonlyArray<Tag>; readonly text: string } => {
  const tags = [...html.matchAll(tagSyntax)].map(([, name = '', attributes = '']) => ({
    name,
    attributes: Object.fromEntries(
      [...attributes.matchAll(attributeSyntax)].map(([, key = '', value = '']) => [key, decoded(value)]),
    ),
  }))
  const text = html.replace(tagSyntax, '')
  const stray = /[<>"]/.exec(text)
  if (stray !== null) throw new Error(`not text: ${text.slice(Math.max(0, stray.index - 40), stray.index + 40)}`)
  return { tags, text: decoded(text) }
}

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#13': '\r' }

const decoded = (text: string): string => text.replace(/&([a-z0-9#]+);/g, (_, name) => characters[name] ?? '')
