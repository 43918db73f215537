import type * as t from 'io-ts'
import { resource } from './resource.js'
import { Text } from './text.js'

/** Who a token belongs to (`auth/profile`). */
export const Profile = resource('Profile', {}, { username: Text, namespace: Text, email: Text, company: Text })
export interface Profile extends t.TypeOf<typeof Profile> {}
