import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import test from 'ava'
import { readme } from '../../testing/readme.js'
import { root } from '../../testing/start-process.js'

interface Rule {
  readonly from: { readonly path?: string }
  readonly to: {
    readonly path?: string
    readonly pathNot?: string
    readonly circular?: boolean
    readonly couldNotResolve?: boolean
  }
}

const { forbidden }: { forbidden: ReadonlyArray<Rule> } = createRequire(import.meta.url)(
  join(root, '.dependency-cruiser.cjs'),
)

const foldersIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)

const rooms = foldersIn('packages')
  .flatMap((name) => [name, ...foldersIn(`packages/${name}/src`).map((folder) => `${name}/${folder}`)])
  .toSorted()

const page = readme('docs/architecture.md')

/** The rows of the table: a room, and the rooms that it may import. */
const documented = new Map(
  [...page.matchAll(/^\| `([^`]+)` \| .* \| (.*) ?\|$/gm)].map(([, room = '', imports = '']) => [
    room,
    [...imports.matchAll(/`([^`]+)`/g)].flatMap(([, name = '']) => expanded(name)).filter((name) => name !== room),
  ]),
)

function expanded(name: string): ReadonlyArray<string> {
  if (!name.endsWith('/*')) return [name]
  const start = name.slice(0, -2)
  return rooms.filter((room) => room === start || room.startsWith(`${start}/`))
}

/** A file of the room to which no exception for single files applies. */
const fileIn = (room: string): string => {
  const [name = '', ...folders] = room.split('/')
  return ['packages', name, 'src', ...folders, 'any.ts'].join('/')
}

const forbids = ({ from, to }: Rule, importing: string, imported: string): boolean => {
  const match = new RegExp(from.path ?? '').exec(importing)
  if (match === null || to.circular || to.couldNotResolve) return false
  const path = (to.path ?? '').replaceAll('$1', match[1] ?? '')
  return new RegExp(path).test(imported) && !(to.pathNot !== undefined && new RegExp(to.pathNot).test(imported))
}

const mayImport = (room: string, other: string): boolean =>
  room !== other && !forbidden.some((rule) => forbids(rule, fileIn(room), fileIn(other)))

test('docs/architecture.md has a row for every room', (t) => {
  t.deepEqual([...documented.keys()].toSorted(), rooms)
})

for (const room of rooms) {
  test(`docs/architecture.md names the rooms that ${room} may import`, (t) => {
    t.deepEqual(
      documented.get(room)?.toSorted(),
      rooms.filter((other) => mayImport(room, other)),
    )
  })
}

test('the picture has every room', (t) => {
  const picture = /^```mermaid\n(.*?)^```$/ms.exec(page)?.[1] ?? ''
  t.deepEqual(
    rooms.filter((room) => !picture.includes(room.includes('/') ? `${room.split('/')[1]}/` : room)),
    [],
  )
})
