import * as t from 'io-ts'
import { resource } from './resource.js'

/** Who a token belongs to (`auth/profile`). */
export const Profile = resource(
  'Profile',
  {},
  { username: t.string, namespace: t.string, email: t.string, company: t.string },
)
export interface Profile extends t.TypeOf<typeof Profile> {}
