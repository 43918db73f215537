import type * as t from 'io-ts'
import { resource } from './resource.js'
import { Text } from './text.js'
import { Timestamp } from './timestamp.js'

/** An organization whose services the account may see; its `name` is a namespace. `created_at` is in seconds since the epoch. */
export const Organization = resource('Organization', { name: Text }, { company: Text, created_at: Timestamp })
export interface Organization extends t.TypeOf<typeof Organization> {}
