import { type CustomMetric, identityLabels, type Service } from '@alauda-exporter/collector'

/** Of each service, how many of its instances are not healthy or not there. */
export const missingInstances: CustomMetric = {
  name: 'shop_service_missing_instances',
  help: 'Healthy instances that the service should have and does not have.',
  type: 'gauge',
  // The same labels as those of the other metrics of a service, so that they can be joined.
  labels: ['namespace', 'project', 'space', 'service'],
  samples: ({ namespace, services }) =>
    services.flatMap(({ service }) => {
      const value = missingIn(service)
      return value === undefined ? [] : [{ labels: identityLabels(namespace, service), value }]
    }),
}

const missingIn = (service: Service): number | undefined => {
  const { isTargetStarted, targetInstances: wanted, healthyInstances: healthy } = service
  // A stopped service still has a target number of instances.
  if (isTargetStarted === false) return 0
  // A value that the API does not return has no sample: 0 would mean that no instance is missing.
  return wanted === undefined || healthy === undefined ? undefined : Math.max(0, wanted - healthy)
}
