import type * as t from 'io-ts'
import { resource } from './resource.js'
import { Text } from './text.js'
import { Timestamp } from './timestamp.js'

/**
 * One running container of a service. `instance_name` is the service's name, a dot and an ordinal; `uuid` tells two of one
 * name apart while a service is redeployed. `started_at` is in seconds since the epoch.
 */
export const Instance = resource('Instance', { uuid: Text, instance_name: Text }, { started_at: Timestamp })
export interface Instance extends t.TypeOf<typeof Instance> {}
