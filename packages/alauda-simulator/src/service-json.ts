import { fraction } from './random.js'
import type { InstanceState, ServiceState } from './service.js'

/** A time as the API writes it: `2015-04-14T09:46:39.457Z`, or null. */
const timestamp = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(Math.round(seconds * 1000)).toISOString()

export const instanceJson = (instance: InstanceState) => ({
  instance_name: instance.instance_name,
  uuid: instance.uuid,
  started_at: timestamp(instance.started_at),
  instance_ports: [],
})

/** A service in the list, with the API's fields of 2015 and of 2018. */
export const serviceJson = (service: ServiceState, namespace: string) => {
  const domain = defaultDomain(service, namespace)
  return {
    ...service,
    unique_name: service.uuid,
    app_name: null,
    namespace,
    created_by: namespace,
    region: { name: service.region_name, IaaS: 'ALAUDA', display_text: service.region_name },
    created_at: timestamp(service.created_at),
    updated_at: timestamp(service.updated_at),
    started_at: timestamp(service.started_at),
    stopped_at: timestamp(service.stopped_at),
    autoscaling_config: JSON.stringify(service.autoscaling_config ?? {}),
    last_autoscaled_at: timestamp(service.last_autoscaled_at),
    last_redeployed_at: timestamp(service.last_redeployed_at),
    instance_envvars: JSON.stringify({
      ...service.instance_envvars,
      __DEFAULT_DOMAIN_NAME__: domain,
      __SERVICE_NAME__: service.service_name,
    }),
    instance_ports: portsJson(service, namespace),
    linked_to_apps: JSON.stringify(service.linked_to_apps),
    default_domain_name: domain,
    instances: service.instances.map(instanceJson),
    resource_uri: `/v1/services/${namespace}/${encodeURIComponent(service.service_name)}/`,
  }
}

/** A service's details: the list's fields and those of its own page. */
export const serviceDetailsJson = (service: ServiceState, namespace: string, all: ReadonlyArray<ServiceState>) => {
  const linkedFrom = all.flatMap((other): [string, string][] => {
    const alias = other.linked_to_apps[service.service_name]
    return alias === undefined ? [] : [[other.service_name, alias]]
  })
  return {
    ...serviceJson(service, namespace),
    linked_from_apps: JSON.stringify(Object.fromEntries(linkedFrom)),
    allocation_group: null,
    deployment_preference: '{}',
    container_manager: 'MESOS',
    ports: service.instance_ports.map(({ container_port }) => container_port),
    raw_container_ports: service.instance_ports.map(({ container_port, protocol }) => ({ protocol, container_port })),
    health_checks: [],
    mount_points: [],
  }
}

const defaultDomain = (service: ServiceState, namespace: string): string =>
  `${service.service_name}-${namespace}.alauda.example`

/** Ports with their public address: HTTP at port 80 of the load balancer, others at ports of their own. */
const portsJson = (service: ServiceState, namespace: string) => {
  const choice = (what: string, count: number): number => Math.floor(fraction([service.uuid, what]) * count)
  return service.instance_ports.map((port) => ({
    container_port: port.container_port,
    service_port: port.endpoint_type === 'http-endpoint' ? 80 : 10_000 + choice(`port ${port.container_port}`, 50_000),
    protocol: port.protocol,
    endpoint_type: port.endpoint_type,
    default_domain: defaultDomain(service, namespace),
    ipaddress: `192.0.2.${1 + choice('address', 254)}`,
  }))
}
