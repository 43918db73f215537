/** What a command has to do with the world around it. */
export interface Io {
  /** Takes what was asked for: metrics, a plan, the help. */
  readonly stdout: (text: string) => void
  /** Takes the log, and what went wrong. */
  readonly stderr: (text: string) => void
}
