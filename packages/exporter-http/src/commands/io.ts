/** What a command has to do with the world around it. */
export interface Io {
  readonly stdout: (text: string) => void
  readonly stderr: (text: string) => void
}
