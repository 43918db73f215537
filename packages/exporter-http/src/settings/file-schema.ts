import { parse } from 'yaml'
import {
  accountLabels,
  accountName,
  accountSettings,
  accountsKey,
  keyOf,
  sections,
  takenLabelNames,
} from './file-keys.js'
import type { JsonSchema } from './format.js'
import type { Setting } from './setting.js'

/**
 * What editors need to know of the settings file.
 *
 * @example
 * fileSchema().title // 'Settings of exporter-http'
 */
export const fileSchema = (): JsonSchema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:alauda-exporter:config.schema.json',
  title: 'Settings of exporter-http',
  description: 'The file that --config.file or ALAUDA_EXPORTER_CONFIG names.',
  ...mapOrNothing({
    [accountsKey.name]: { description: accountsKey.help, type: 'array', minItems: 1, items: accountSchema() },
    ...Object.fromEntries(sections.map(({ name, settings }) => [name, mapOrNothing(propertiesOf(settings))])),
  }),
})

// A section of which everything is commented out is null.
const mapOrNothing = (properties: JsonSchema): JsonSchema => ({
  type: ['object', 'null'],
  additionalProperties: false,
  properties,
})

const accountSchema = (): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: [keyOf(accountName)],
  properties: {
    // The defaults of these are what the section `alauda` says.
    ...propertiesOf(accountSettings.map(({ default: _, ...setting }) => setting)),
    [accountLabels.key]: {
      description: accountLabels.help,
      type: ['object', 'null'],
      propertyNames: { ...accountLabels.name.schema, not: { enum: [...takenLabelNames([])] } },
      additionalProperties: accountLabels.value.schema,
    },
  },
})

const propertiesOf = (settings: ReadonlyArray<Setting<unknown>>): JsonSchema =>
  Object.fromEntries(settings.map((setting) => [keyOf(setting), propertyOf(setting)]))

const propertyOf = ({
  help,
  fileHelp = help,
  default: usual,
  isList,
  format: { schema },
}: Setting<unknown>): JsonSchema => ({
  description: fileHelp,
  // As the file would have it: a number or a switch is no string there.
  ...(usual === undefined ? {} : { default: parse(usual) }),
  ...(isList === true ? { anyOf: [schema, { type: 'array', items: schema, minItems: 1 }] } : schema),
})
