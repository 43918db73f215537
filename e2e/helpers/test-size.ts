/** `E2E_FULL_SIZE`, as in CI: fuzz, soak and outage drill at full size. Minutes each. */
export const isFullSize = Boolean(process.env.E2E_FULL_SIZE)

/** `E2E_NIGHTLY`, as in the nightly job: many random values for the properties of whole collections. A quarter of an hour in all. */
export const isNightly = Boolean(process.env.E2E_NIGHTLY)
