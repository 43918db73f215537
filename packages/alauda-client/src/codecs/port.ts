import type * as t from 'io-ts'
import { Numeric } from './numeric.js'
import { resource } from './resource.js'
import { Text } from './text.js'

/** A port of a service's containers and how it is reached from outside (`instance_ports`). */
export const Port = resource(
  'Port',
  {},
  {
    container_port: Numeric,
    service_port: Numeric,
    protocol: Text,
    endpoint_type: Text,
    default_domain: Text,
    ipaddress: Text,
  },
)
export interface Port extends t.TypeOf<typeof Port> {}
