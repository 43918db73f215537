// What the two formats write alike.
import type { Labels } from '../family.js'

/**
 * The `Content-Type` of each format: Prometheus' text format 0.0.4, and OpenMetrics 1.0.
 *
 * @see https://prometheus.io/docs/instrumenting/exposition_formats/
 * @see https://github.com/prometheus/OpenMetrics/blob/main/specification/OpenMetrics.md
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { contentTypes } from '@alauda-exporter/collector'
 *
 * const { headers } = new Response('', { headers: { 'content-type': contentTypes.openmetrics } })
 * assert.match(headers.get('content-type') ?? '', /^application\/openmetrics-text; version=1\.0\.0/)
 * ```
 */
export const contentTypes: Readonly<Record<'text' | 'openmetrics', string>> = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
}

/** The labels in braces, or nothing where there are none: `{service="web",instance_name="web.0"}`. */
export const labelsText = (labels: Labels): string => {
  const pairs = pairsText(labels)
  return pairs === '' ? '' : `{${pairs}}`
}

/** The labels without braces: `service="web",instance_name="web.0"`. */
export const pairsText = (labels: Labels): string => {
  let pairs = ''
  for (const name of Object.keys(labels)) pairs += `${pairs === '' ? '' : ','}${pairText(name, labels[name] ?? '')}`
  return pairs
}

export const pairText = (name: string, value: string): string => `${name}="${escapeQuoted(value)}"`

/** A number in the fewest digits that are read back as the same: `0.1`, `1e+21`, `+Inf`, `NaN`. */
export const numberText = (value: number): string => {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  return String(value)
}

/** For text that a newline ends. */
export const escapeLine = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')

// Most texts have none of them, and one look is faster than each replacement.
const needsEscape = /[\\\n"\ud800-\udfff]/

/** For text in which quotes are escaped as well. Half a surrogate pair cannot be written in UTF-8 and is replaced. */
export const escapeQuoted = (text: string): string =>
  needsEscape.test(text) ? escapeLine(text.toWellFormed()).replaceAll('"', '\\"') : text
