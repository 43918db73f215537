/** Whether fuzz, soak and drill take their full size, which takes many minutes: with the environment variable `E2E_FULL_SIZE`. */
export const isFullSize = Boolean(process.env.E2E_FULL_SIZE)
