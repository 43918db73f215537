// A part of undici that the transport loads alone: it has no declaration of its own.

declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici'

  export = Agent
}
