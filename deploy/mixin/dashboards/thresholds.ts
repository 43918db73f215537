import {
  MappingType,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type ValueMapping,
} from '@grafana/grafana-foundation-sdk/dashboard'

const absolute = (...steps: ReadonlyArray<Threshold>) =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...steps])

/** Green below all of these values, and from each on in its colour. */
export const thresholds = (...steps: ReadonlyArray<readonly [number, 'orange' | 'red']>) =>
  absolute({ value: null, color: 'green' }, ...steps.map(([value, color]) => ({ value, color })))

/** Words for 1, which is good, and 0. */
export const yesOrNo = (yes: string, no: string) => {
  const mapping: ValueMapping = {
    type: MappingType.ValueToText,
    options: { 0: { text: no, color: 'red' }, 1: { text: yes, color: 'green' } },
  }
  return { thresholds: absolute({ value: null, color: 'red' }, { value: 1, color: 'green' }), mappings: [mapping] }
}
