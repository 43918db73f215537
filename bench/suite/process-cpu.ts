import { readFileSync } from 'node:fs'

const millisecondsPerTick = 10

/** CPU time of another process and all its threads since it started, in milliseconds; in steps of 10. */
export const cpuOfProcess = (pid: number | undefined): number => {
  // The fields after the name, which is in parentheses and may hold anything, begin with the third.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick
}
