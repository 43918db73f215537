import { type Change, createWorld, type World } from '@alauda-exporter/alauda-simulator'

/** What becomes of a world. */
export interface WorldStep {
  /** What time it is, in milliseconds since the epoch. */
  readonly now: number
  /** Another number is another world, in which nothing has happened yet. */
  readonly seed: number
  readonly changes: ReadonlyArray<Change>
}

export interface ChangingWorld {
  readonly world: World
  readonly now: () => number
  readonly take: (step: WorldStep) => void
}

/** A world of one service, `web`, which another can take the place of: a world remembers all that ever happened in it. */
export const createChangingWorld = (start: number): ChangingWorld => {
  const worldOf = (seed: number, origin: number) =>
    createWorld({ seed, origin, services: [{ service_name: 'web', image_name: 'index.alauda.cn/demo/web' }] })
  let now = start
  let current = worldOf(0, start / 1000)
  return {
    world: {
      seed: current.seed,
      origin: current.origin,
      stateAt: (t) => current.stateAt(t),
      serviceAt: (nameOrUuid, t) => current.serviceAt(nameOrUuid, t),
      pointAt: (instance, t) => current.pointAt(instance, t),
      points: (query) => current.points(query),
      change: (change) => current.change(change),
    },
    now: () => now,
    take: (step) => {
      now = step.now
      if (step.seed !== current.seed) current = worldOf(step.seed, now / 1000)
      for (const change of step.changes) current.change(change)
    },
  }
}
