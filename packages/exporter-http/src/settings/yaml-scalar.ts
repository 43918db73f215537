const number = /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0x[\da-fA-F]+|0o[0-7]+)$/
const yes = /^(?:true|True|TRUE)$/
const no = /^(?:false|False|FALSE)$/

/**
 * The number or switch that YAML 1.2 reads a scalar without quotes as; nothing where it reads a text.
 *
 * @see https://yaml.org/spec/1.2.2/#103-core-schema
 * @example
 * scalarValue('1e2') // 100
 */
export const scalarValue = (text: string): number | boolean | undefined => {
  if (yes.test(text)) return true
  if (no.test(text)) return false
  return number.test(text) ? Number(text) : undefined
}
