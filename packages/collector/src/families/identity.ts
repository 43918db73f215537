import { pairsText, pairText } from '../exposition/parts.js'
import type { Labels, Steps } from '../family.js'
import type { Service } from '../model.js'
import { serviceLabels } from '../service-labels.js'
import { type ServiceReading, type Snapshot, servicesIn } from '../snapshot.js'

/** The labels that say which subject a series is of: those of its owner, and one of its own. */
export class Identity {
  constructor(
    readonly owner: Owner,
    readonly value: string,
  ) {}

  get labels(): Labels {
    const { labels, name } = this.owner
    return { ...labels, [name]: this.value }
  }

  /** The labels without braces. */
  get pairs(): string {
    const { pairs, name } = this.owner
    return `${pairs}${pairs === '' ? '' : ','}${pairText(name, this.value)}`
  }
}

/** What the identities of one owner have in common. */
interface Owner {
  readonly labels: Labels
  /** The same without braces. */
  readonly pairs: string
  /** The label that distinguishes them. */
  readonly name: string
}

/** An identity of these labels and one more. */
export const identityOf = (labels: Labels, name: string, value: string): Identity =>
  new Identity({ labels, pairs: pairsText(labels), name }, value)

/** What is read of a service, and which series that is. */
export interface IdentifiedService {
  readonly reading: ServiceReading
  readonly identity: Identity
  /** Of its instances, in their order. */
  readonly ofInstances: ReadonlyArray<Identity>
}

export interface IdentifiedServices {
  readonly services: ReadonlyArray<IdentifiedService>
  /** Whether no two services, and no two instances of one, have the same labels. */
  readonly areDistinct: boolean
}

interface Known extends Pick<IdentifiedService, 'identity' | 'ofInstances'> {
  readonly owner: Identity['owner']
  readonly areDistinct: boolean
}

/**
 * Gives the services of snapshots their identities. Each stays the same object, with its prepared line, as long as each snapshot has
 * it: it takes longer to make than all lines of its instance together.
 */
export const createIdentities = () => {
  let before: ReadonlyMap<string, Known> = new Map()

  return function* (snapshots: ReadonlyArray<Snapshot>): Steps<IdentifiedServices> {
    const known = new Map<string, Known>()
    const services: IdentifiedService[] = []
    // A source of the host's may give two objects with the same labels.
    let areDistinct = true
    for (const snapshot of snapshots) {
      for (const reading of servicesIn(snapshot)) {
        const key = keyOf(snapshot, reading.service)
        const found = knownOf(before.get(key), snapshot, reading)
        areDistinct &&= found.areDistinct && !known.has(key)
        known.set(key, found)
        services.push({ reading, identity: found.identity, ofInstances: found.ofInstances })
        yield
      }
    }
    before = known
    return { services, areDistinct }
  }
}

// Whatever characters the names have, no two services have one key.
const keyOf = ({ namespace }: Snapshot, { project = '', space = '', name }: Service): string =>
  `${namespace.length},${project.length},${space.length}:${namespace}${project}${space}${name}`

const knownOf = (before: Known | undefined, { namespace }: Snapshot, { service, instances }: ServiceReading): Known => {
  const isSame = ({ instance }: ServiceReading['instances'][number], index: number): boolean =>
    before?.ofInstances[index]?.value === instance.name
  if (before?.ofInstances.length === instances.length && instances.every(isSame)) return before
  const { service: name = '', ...rest } = serviceLabels(service)
  const identity = before?.identity ?? identityOf({ namespace, ...rest }, 'service', name)
  const owner = before?.owner ?? { labels: identity.labels, pairs: identity.pairs, name: 'instance_name' }
  const byName = new Map(before?.ofInstances.map((one) => [one.value, one]))
  const ofInstances = instances.map(({ instance }) => byName.get(instance.name) ?? new Identity(owner, instance.name))
  const names = new Set(instances.map(({ instance }) => instance.name))
  return { identity, owner, ofInstances, areDistinct: names.size === instances.length }
}
