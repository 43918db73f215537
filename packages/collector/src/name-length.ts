import type { Instance, Service } from './model.js'

/** What of a service becomes a label, with the service labels of these keys. */
const textsOf = (service: Service, labelKeys: ReadonlyArray<string>): ReadonlyArray<string | undefined> => [
  service.name,
  service.project,
  service.space,
  service.uuid,
  service.image,
  service.imageTag,
  service.size,
  service.scalingMode,
  service.status,
  service.region,
  ...(service.labels ?? []).filter(({ key }) => labelKeys.includes(key)).map(({ value }) => value),
]

const isLongerThan =
  (maxLength: number) =>
  (text: string | undefined): boolean =>
    text !== undefined && text.length > maxLength

/** Whether a label of the service would be longer than so many UTF-16 code units. */
export const isServiceTooLong = (service: Service, maxLength: number, labelKeys: ReadonlyArray<string>): boolean =>
  textsOf(service, labelKeys).some(isLongerThan(maxLength))

/** {@link isServiceTooLong} for an instance. */
export const isInstanceTooLong = ({ name, uuid }: Instance, maxLength: number): boolean =>
  [name, uuid].some(isLongerThan(maxLength))
