import * as t from 'io-ts'
import { Numeric } from './numeric.js'
import { resource } from './resource.js'

/** A port of a service's containers and how it is reached from outside (`instance_ports`). */
export const Port = resource(
  'Port',
  {},
  {
    container_port: Numeric,
    service_port: Numeric,
    protocol: t.string,
    endpoint_type: t.string,
    default_domain: t.string,
    ipaddress: t.string,
  },
)
export interface Port extends t.TypeOf<typeof Port> {}
