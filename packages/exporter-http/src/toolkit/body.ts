/** A part of a body, which is made when it is wanted. */
export interface BodyPart {
  /** In bytes. */
  readonly length: number
  readonly bytes: () => Uint8Array
  /** Gives the bytes to a function, after which they may be others. */
  readonly read: <A>(use: (bytes: Uint8Array) => A) => A
}

/** All bytes, or parts one after the other. Several responses may share them. */
export type Body = Uint8Array | ReadonlyArray<BodyPart>

export const partOf = (bytes: Uint8Array): BodyPart => ({
  length: bytes.length,
  bytes: () => bytes,
  read: (use) => use(bytes),
})

export const partsOf = (body: Body): ReadonlyArray<BodyPart> => (body instanceof Uint8Array ? [partOf(body)] : body)
