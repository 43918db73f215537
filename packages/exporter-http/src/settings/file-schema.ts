import { parse } from 'yaml'
import type { JsonSchema } from '../toolkit/config/format.js'
import { accountName, accountSettings, sizeRows } from './account-table.js'
import { keyOf, type Setting } from './setting.js'
import { sections, table } from './table.js'

/**
 * What editors need to know of the settings file. It is right to the schema when it is right to the exporter, save for what a
 * schema cannot say. An editor does not notice that
 * - a value does not go with another one: a period longer than the window, an age below the interval, a name that two
 *   accounts have, two service labels that Prometheus would write the same, a label called like a service label;
 * - a duration is above its limit as a sum (`23d30h`), or in minutes and less (`40000m`);
 * - a text has the right beginning only: a URL that cannot be parsed or holds a password, a regular expression that is none;
 * - a number as the name of an account is written with a `+`;
 * - a file of a secret is not there, or holds nothing that can be used;
 * - the value of a label holds half of a surrogate pair;
 * - a value has a tag like `!!int`.
 * And it refuses one thing that the exporter reads: `.inf`, `.nan` and numbers like `1e999` as texts without quotes, which
 * are no numbers of JSON; and a prefix of routes without slash and quotes that is a number or a switch to YAML.
 */
export const fileSchema = (): JsonSchema => ({
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'urn:alauda-exporter:config.schema.json',
  title: 'Settings of exporter-http',
  description: 'The file that --config.file or ALAUDA_EXPORTER_CONFIG names.',
  ...mapOrNothing({
    accounts: {
      description: 'Several accounts. The section alauda has the defaults for their clouds and calls.',
      type: 'array',
      minItems: 1,
      items: accountSchema(),
    },
    sizes: {
      description:
        "Resources of the cloud's named sizes, where the API gives only the name; like XS: { cpu: 0.25, memory: 512MB }.",
      type: ['object', 'null'],
      additionalProperties: {
        type: 'object',
        minProperties: 1,
        additionalProperties: false,
        properties: propertiesOf(Object.values(sizeRows)),
      },
    },
    ...Object.fromEntries(
      sections.map(({ name, settings }) => [
        name,
        { ...mapOrNothing(propertiesOf(settings)), ...(name === 'alauda' ? { oneOf: [...secrets, noSecret] } : {}) },
      ]),
    ),
  }),
  // Beside accounts the section does not say whose account it is.
  dependencies: {
    accounts: {
      properties: {
        alauda: {
          type: ['object', 'null'],
          propertyNames: { not: { enum: Object.values(table.identity).map(keyOf) } },
        },
      },
    },
  },
})

// A section of which everything is commented out is null.
const mapOrNothing = (properties: JsonSchema): JsonSchema => ({
  type: ['object', 'null'],
  additionalProperties: false,
  properties,
})

const isGiven = (setting: Setting<unknown>): JsonSchema => ({ type: 'object', required: [keyOf(setting)] })

const { username, organization, namespaces, password, passwordFile, token, tokenFile } = table.identity
const secrets = [password, passwordFile, token, tokenFile].map(isGiven)
const noSecret: JsonSchema = { not: { anyOf: secrets } }
const namespaceNeeds: JsonSchema = { anyOf: [username, organization, namespaces].map(isGiven) }

const accountSchema = (): JsonSchema => ({
  type: 'object',
  additionalProperties: false,
  required: [keyOf(accountName)],
  oneOf: secrets,
  dependencies: {
    [keyOf(password)]: isGiven(username),
    [keyOf(passwordFile)]: isGiven(username),
    [keyOf(token)]: namespaceNeeds,
    [keyOf(tokenFile)]: namespaceNeeds,
  },
  // The defaults of these are what the section `alauda` says.
  properties: propertiesOf(accountSettings.map(({ default: _, ...setting }) => setting)),
})

const propertiesOf = (settings: ReadonlyArray<Setting<unknown>>): JsonSchema =>
  Object.fromEntries(settings.map((setting) => [keyOf(setting), propertyOf(setting)]))

const propertyOf = ({ help, default: usual, isList, format: { schema, note } }: Setting<unknown>): JsonSchema => ({
  description: [help, ...(note === undefined ? [] : [note])].join(' '),
  // As the file would have it: a number or a switch is no string there.
  ...(usual === undefined ? {} : { default: parse(usual) }),
  ...(isList === true ? { anyOf: [schema, { type: 'array', items: schema, minItems: 1 }] } : schema),
})
