import type { Service } from '@alauda-exporter/alauda-client'

/** How a service is scaled. Values that the API does not return are absent. */
export interface Scaling {
  readonly instances: number | undefined
  readonly isAutomatic: boolean
  readonly least: number | undefined
  readonly most: number | undefined
}

export const scalingOf = (service: Service): Scaling => ({
  instances: service.current_num_instances,
  isAutomatic: service.scaling_mode === 'AUTO',
  least: service.autoscaling_config?.minimum_num_instances,
  most: service.autoscaling_config?.maximum_num_instances,
})

/**
 * What has changed, a line each; at the first look, what there is.
 *
 * @example
 * changes(undefined, { instances: 4, isAutomatic: true, least: 2, most: 6 }) // ['4 instances', 'autoscaled from 2 to 6']
 */
export const changes = (before: Scaling | undefined, now: Scaling): ReadonlyArray<string> => {
  const [limitsBefore, limits] = [before && limitsOf(before), limitsOf(now)]
  return [
    ...(before?.instances === now.instances ? [] : [instancesIn(before, now)]),
    ...(limitsBefore === limits ? [] : [limits]),
  ]
}

const instancesIn = (before: Scaling | undefined, now: Scaling): string => {
  const count = `${now.instances ?? 'an unknown number of'} instances`
  const from = before?.instances === undefined ? '' : `${before.instances} → `
  if (!now.isAutomatic || now.instances === undefined) return from + count
  if (now.instances === now.most) return `${from}${count}, as many as it may have`
  if (now.instances === now.least) return `${from}${count}, as few as it may have`
  return from + count
}

const limitsOf = ({ isAutomatic, least, most }: Scaling): string =>
  isAutomatic ? `autoscaled from ${least ?? 'an unknown least'} to ${most ?? 'an unknown most'}` : 'scaled by hand'
