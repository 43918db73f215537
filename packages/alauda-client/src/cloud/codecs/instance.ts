import type * as t from 'io-ts'
import { resource } from './resource.js'
import { Name, Timestamp, Uuid } from './scalars.js'

/** @hidden */
export const Instance = resource(
  'Instance',
  {
    /** Distinguishes instances of the same name, which exist during a redeployment. */
    uuid: Uuid,
    /** The service's name, a dot and an ordinal: `web.0`. */
    instance_name: Name,
  },
  {
    /** When its container started, in seconds since the epoch. */
    started_at: Timestamp,
  },
)

/** One running container of a service. Source: the API's page "An instance". */
export interface Instance extends t.TypeOf<typeof Instance> {}
