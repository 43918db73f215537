import Negotiator from 'negotiator'
import type { ExpositionFormat } from '../collector.js'
import { openMetricsContentType } from '../exposition/open-metrics.js'
import { textContentType } from '../exposition/text.js'

export const contentTypes: Readonly<Record<ExpositionFormat, string>> = {
  text: textContentType,
  openmetrics: openMetricsContentType,
}

// Prometheus 3 also asks how names that are not plain are to be escaped. All of ours are plain: each answer is the same page.
const escapings = ['', '; escaping=allow-utf-8', '; escaping=underscores', '; escaping=dots', '; escaping=values']

// The first of equally preferred formats wins: a client that accepts anything gets text.
const formats: ReadonlyMap<string, ExpositionFormat> = new Map(
  (['text', 'openmetrics'] as const).flatMap((format) =>
    escapings.map((escaping): [string, ExpositionFormat] => [`${contentTypes[format]}${escaping}`, format]),
  ),
)

/**
 * The format that the `Accept` header prefers; text for one that accepts neither.
 *
 * @see https://prometheus.io/docs/instrumenting/content_negotiation/
 * @example
 * preferredFormat('application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4') // 'openmetrics'
 */
export const preferredFormat = (accept: string | undefined): ExpositionFormat =>
  formats.get(new Negotiator({ headers: { accept } }).mediaType([...formats.keys()]) ?? '') ?? 'text'
