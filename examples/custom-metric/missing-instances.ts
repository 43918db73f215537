import type { Service } from '@alauda-exporter/alauda-client'
import { type CustomMetric, identityLabels } from '@alauda-exporter/collector'

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
  const { target_state: state, target_num_instances: wanted, healthy_num_instances: healthy } = service
  // A service that was stopped still tells how many instances it would have.
  if (state === 'STOPPED') return 0
  // What the API does not tell has no sample: 0 would say that all is well.
  return wanted === undefined || healthy === undefined ? undefined : Math.max(0, wanted - healthy)
}
