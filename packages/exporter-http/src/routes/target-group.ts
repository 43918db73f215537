import type { Service } from '@alauda-exporter/collector'
import { paths } from '../paths.js'
import type { Reached } from './reached.js'

/**
 * Addresses for Prometheus' HTTP service discovery, and their labels before relabelling.
 *
 * @see https://prometheus.io/docs/prometheus/latest/http_sd/
 */
export interface TargetGroup {
  readonly targets: ReadonlyArray<string>
  readonly labels: Readonly<Record<string, string>>
}

/** A service, and the place where it was found. */
export interface FoundService {
  /** The account's name; absent when there is only one, without a name. */
  readonly account?: string | undefined
  readonly namespace: string
  readonly service: Service
  /** Another service of the namespace has the same name, in another project or space. */
  readonly isNamesake: boolean
}

/**
 * A service as a target whose scrape asks `/probe` for it alone. All `__meta_alauda_*` labels are for relabelling, and gone
 * after it. What is not known has no label.
 *
 * @example
 * targetGroupOf({ address: 'exporter:10104', prefix: '' }, { namespace: 'demo', service: { name: 'web' }, isNamesake: false })
 * // { targets: ['exporter:10104'], labels: { __metrics_path__: '/probe', __param_namespace: 'demo', __param_service: 'web', … } }
 */
export const targetGroupOf = (
  { address, scheme, prefix }: Reached,
  { account, namespace, service, isNamesake }: FoundService,
): TargetGroup => {
  const { uuid } = service
  return {
    targets: [address],
    labels: present({
      __metrics_path__: `${prefix}${paths.probe}`,
      __scheme__: scheme,
      __param_account: account,
      __param_namespace: namespace,
      __param_service: service.name,
      // By name the cloud would find one of them only, and always the same.
      __param_uuid: isNamesake ? uuid : undefined,
      __meta_alauda_account: account,
      __meta_alauda_namespace: namespace,
      __meta_alauda_project: service.project,
      __meta_alauda_space: service.space,
      __meta_alauda_service: service.name,
      __meta_alauda_uuid: uuid,
      __meta_alauda_status: service.status,
      __meta_alauda_image: service.image,
      __meta_alauda_image_tag: service.imageTag,
      __meta_alauda_region: service.region,
      __meta_alauda_scaling_mode: service.scalingMode,
      __meta_alauda_instance_size: service.size,
      ...metaOfLabels(service),
    }),
  }
}

const present = (labels: Readonly<Record<string, string | undefined>>): TargetGroup['labels'] =>
  Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  )

// Two keys may become one name: the first one counts, so the last one is written first.
const metaOfLabels = ({ labels = [] }: Service): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(
    [...labels].reverse().flatMap(({ key, value }) => [
      [`__meta_alauda_label_${labelName(key)}`, value],
      [`__meta_alauda_labelpresent_${labelName(key)}`, 'true'],
    ]),
  )

/**
 * A key as a part of a label's name, written as by Prometheus' own service discoveries: one `_` for each character that may
 * not be there.
 *
 * @see https://github.com/prometheus/prometheus/blob/main/util/strutil/strconv.go
 * @example
 * labelName('app.tier') // 'app_tier'
 */
const labelName = (key: string): string => key.replace(/[^a-zA-Z0-9_]/gu, '_')

/** In the order of account, namespace, project, space and service. */
export const inOrder = (services: ReadonlyArray<FoundService>): ReadonlyArray<FoundService> =>
  services
    .map((found) => ({ found, key: orderKey(found) }))
    .sort(({ key: a }, { key: b }) => (a === b ? 0 : a < b ? -1 : 1))
    .map(({ found }) => found)

// The separator sorts before every character of a part. Comparing part by part would be slow with many services.
const orderKey = ({ account = '', namespace, service }: FoundService): string =>
  [account, namespace, service.project ?? '', service.space ?? '', service.name].join('\0')
