import type { Instance, Service } from '@alauda-exporter/alauda-client'

/** What of a service becomes a label, with the service labels of these keys. */
const textsOf = (service: Service, labelKeys: ReadonlyArray<string>): ReadonlyArray<string | undefined> => [
  service.service_name,
  service.project_name,
  service.space_name,
  service.uuid,
  service.image_name,
  service.image_tag,
  service.instance_size,
  service.scaling_mode,
  service.current_status,
  service.region,
  ...(service.labels ?? []).filter(({ key }) => labelKeys.includes(key)).map(({ value }) => value),
]

const isLongerThan =
  (maxLength: number) =>
  (text: string | undefined): boolean =>
    text !== undefined && text.length > maxLength

/** Whether a label of the service would be longer than so many UTF-16 code units. */
export const isServiceTooLong = (service: Service, maxLength: number, labelKeys: ReadonlyArray<string> = []): boolean =>
  textsOf(service, labelKeys).some(isLongerThan(maxLength))

/** {@link isServiceTooLong} for an instance. */
export const isInstanceTooLong = ({ instance_name, uuid }: Instance, maxLength: number): boolean =>
  [instance_name, uuid].some(isLongerThan(maxLength))
