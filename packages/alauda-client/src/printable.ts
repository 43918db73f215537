/**
 * Text from outside as it may stand in an error, a log line or on a terminal: what is not visible or changes how the rest is
 * shown is escaped as JSON does (`\u202e`). These are control, bidirectional and other format characters, line separators,
 * lone surrogates, and characters without a meaning of their own. A second call changes nothing.
 *
 * @example
 * ```ts
 * import assert from 'node:assert/strict'
 * import { printable } from '@alauda-exporter/alauda-client'
 *
 * assert.equal(printable('kibana\u2028\u202egnp.exe'), 'kibana\\u2028\\u202egnp.exe')
 * assert.equal(printable('灵雀云'), '灵雀云')
 * ```
 */
export const printable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu, (character) =>
    Array.from(
      { length: character.length },
      (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
    ).join(''),
  )
