/** Says what is missing here, and which tests are skipped for it. Where nothing may be skipped, that is an error. */
export const reportSkipped = (missing: string, tests = 'the tests with it'): void => {
  if (process.env.E2E_REQUIRED) throw new Error(missing)
  console.log(`${missing}: ${tests} are skipped.`)
}
