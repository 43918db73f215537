import { shown } from '@alauda-exporter/alauda-client/options'
import { codeOf } from '../toolkit/config/files.js'
import type { Report } from '../toolkit/config/problem.js'
import { knownEntriesOf, type Value } from '../toolkit/config/value.js'
import { parseYaml } from '../toolkit/config/yaml.js'
import { keyOf } from './setting.js'
import { createReader, type Layer, layerOf, outerLayers, type Sources } from './sources.js'
import { sections, table } from './table.js'

/** What a file says, before any value is parsed. */
export interface SettingsFile {
  /** Its sections. */
  readonly layer: Layer
  readonly accounts?: Value | undefined
  readonly sizes?: Value | undefined
  /** What it was meant to say is unknown. */
  readonly isBroken: boolean
}

/** Takes the file apart that a flag or a variable names, and reports every problem of its keys. */
export const readSettingsFile = (sources: Sources, report: Report): SettingsFile => {
  const { configFile } = table.file
  const { value, find } = createReader(sources, outerLayers(sources), report)
  const [file, place] = [value(configFile), find(configFile)?.place]
  const none: SettingsFile = { layer: () => undefined, isBroken: place !== undefined }
  if (file === undefined || place === undefined) return none
  let text: string
  try {
    text = sources.readFile(file)
  } catch (error) {
    const what = `cannot be read (${codeOf(error)})`
    if (sources.isFileAlone === true) report({ origin: { file }, setting: '' }, what)
    else report(place, `${shown(file)} ${what}`)
    return none
  }
  const root = parseYaml(file, text, report)
  if (root === undefined) return none
  const top = knownEntriesOf(root, ['accounts', 'sizes', ...sections.map(({ name }) => name)], report)
  const valueAt = (name: string) => top.get(name)?.value
  const layers = new Map(
    sections.map(({ name, settings }) => [name, layerOf(knownEntriesOf(valueAt(name), settings.map(keyOf), report))]),
  )
  return {
    layer: (setting) => layers.get(setting.flag.replace(/\..*/, ''))?.(setting),
    accounts: valueAt('accounts'),
    sizes: valueAt('sizes'),
    isBroken: false,
  }
}
