import { nearest } from '../settings/near.js'

/**
 * Which of the names was probably meant, if any; they may have capitals and hyphens.
 *
 * @example
 * nearestName('X-Frame-Option', ['X-Frame-Options']) // 'X-Frame-Options'
 */
export const nearestName = (given: string, names: ReadonlyArray<string>): string | undefined => {
  const byPlainName = new Map(names.map((name) => [name.toLowerCase().replaceAll('-', '_'), name]))
  return byPlainName.get(nearest(given, [...byPlainName.keys()]) ?? '')
}
