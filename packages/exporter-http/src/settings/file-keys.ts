import { labelNamePattern } from '@alauda-exporter/alauda-client/options'
import { takenLabelNames } from '@alauda-exporter/collector'
import { anyScalar, cores, type Format, textUnless } from '../toolkit/config/format.js'
import { sizeUpTo } from '../toolkit/config/quantity.js'
import { labelText } from './formats.js'
import type { Rows, Setting } from './setting.js'
import { groups } from './table.js'

/** A part of the file: the settings whose flags begin with its name. */
export interface Section {
  readonly name: string
  readonly settings: ReadonlyArray<Setting<unknown>>
}

const inFile = groups.flatMap(([, rows]) => rows).filter(({ isOutsideFile }) => isOutsideFile !== true)

export const sectionOf = ({ flag }: Setting<unknown>): string => flag.replace(/\..*/, '')

/**
 * How a setting is called within its section of the file.
 *
 * @example
 * keyOf(table.collect.maxAgeMs) // 'max_age'
 */
export const keyOf = ({ flag }: Setting<unknown>): string => flag.replace(/^[^.]*\./, '').replaceAll(/[-.]/g, '_')

/**
 * How a setting is called in the file, with its section; absent where it cannot stand there.
 *
 * @example
 * pathOf(table.collect.maxAgeMs) // 'collect.max_age'
 */
export const pathOf = (setting: Setting<unknown>): string | undefined =>
  inFile.includes(setting) ? `${sectionOf(setting)}.${keyOf(setting)}` : undefined

/** Every section of the file, in the order in which people read them. */
export const sections: ReadonlyArray<Section> = [...new Set(inFile.map(sectionOf))].map((name) => ({
  name,
  settings: inFile.filter((row) => sectionOf(row) === name),
}))

export const accountsKey = {
  name: 'accounts',
  help: 'Several accounts. The section alauda has the defaults for their clouds and calls.',
}

export const sizesKey = {
  name: 'sizes',
  help: "Resources of the cloud's named sizes, where the API gives only the name; like XS: { cpu: 0.25, memory: 512MB }.",
}

/** What a named size has: at least one of them. */
export const sizeRows = {
  cpu: { flag: 'sizes.cpu', help: 'Cores of each instance.', format: cores },
  memory: { flag: 'sizes.memory', help: 'Memory of each instance.', format: sizeUpTo(1024 ** 2) },
} as const satisfies Rows

export const accountName = {
  flag: 'accounts.name',
  help: 'Name of the account; different for each.',
  // It becomes the value of a label.
  format: textUnless(
    'NAME',
    /^[A-Za-z0-9_.-]{1,1024}$/,
    (given) => {
      if (/^[A-Za-z0-9_.-]{1,1024}$/.test(given)) return undefined
      return given.length > 1024 ? 'at most 1024 characters' : 'letters, digits, _, . and - only'
    },
    { type: anyScalar },
  ),
} satisfies Setting<string>

/** The settings that an account may have, beside its labels: those of the section `alauda`. */
export const accountSettings: ReadonlyArray<Setting<unknown>> = [
  accountName,
  ...inFile.filter((row) => sectionOf(row) === 'alauda'),
]

/** The labels that series have already, or that Prometheus or the exporter gives them. */
export const takenLabels = (serviceLabels: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set([...takenLabelNames({ serviceLabels }), 'account'])

/** The labels of an account. */
export const accountLabels: {
  readonly key: string
  readonly help: string
  readonly name: Format<string>
  readonly value: Format<string>
} = {
  key: 'labels',
  help: 'Labels for all series of the account.',
  name: textUnless('NAME', labelNamePattern, (given) =>
    labelNamePattern.test(given)
      ? undefined
      : 'a label name of 1 to 1024 letters, digits and _, which begins neither with a digit nor with __',
  ),
  value: labelText,
}
