import * as t from 'io-ts'
import { resource } from './resource.js'
import { Timestamp } from './timestamp.js'

/**
 * One running container of a service. `instance_name` is the service's name, a dot and an ordinal; `uuid` tells two of one
 * name apart while a service is redeployed. `started_at` is in seconds since the epoch.
 */
export const Instance = resource('Instance', { uuid: t.string, instance_name: t.string }, { started_at: Timestamp })
export interface Instance extends t.TypeOf<typeof Instance> {}
