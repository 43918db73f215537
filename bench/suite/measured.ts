/** CPU time of this process and all its threads while the work is done, in microseconds. */
export const cpuOf = async (work: () => Promise<unknown>): Promise<number> => {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

export const repeat = async (times: number, work: () => Promise<unknown>): Promise<void> => {
  for (let time = 0; time < times; time += 1) await work()
}

/** The most memory that this process has had, in MB. */
export const peakMemory = (): number => (process.resourceUsage().maxRSS * 1024) / 1e6

/** Prints what this process measured, for the suite. */
export const report = (figures: Readonly<Record<string, number>>): void => console.log(JSON.stringify(figures))

/** The value of a flag of this process: of `--size=10` it is `10`. */
export const flagOf = (name: string, otherwise?: string): string => {
  const prefix = `--${name}=`
  const value = process.argv.find((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? otherwise
  if (value === undefined) throw new Error(`--${name} is missing`)
  return value
}
