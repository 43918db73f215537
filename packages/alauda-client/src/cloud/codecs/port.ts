import type * as t from 'io-ts'
import { Numeric } from './numeric.js'
import { resource } from './resource.js'
import { Text } from './text.js'

/** @hidden */
export const Port = resource(
  'Port',
  {},
  {
    /** The port inside of the container. */
    container_port: Numeric,
    /** The port under which it is reached from outside. */
    service_port: Numeric,
    /** `tcp` or `udp`. */
    protocol: Text,
    /** `http-endpoint`, `tcp-endpoint`, …: an open list. */
    endpoint_type: Text,
    /** The domain under which it is reached from outside. */
    default_domain: Text,
    /** The address under which it is reached from outside. */
    ipaddress: Text,
  },
)

/** A port of a service's containers, and how it is reached from outside (`instance_ports`). */
export interface Port extends t.TypeOf<typeof Port> {}
