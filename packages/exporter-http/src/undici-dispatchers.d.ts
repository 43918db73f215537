// The parts of undici that the transport loads: they have no declarations of their own.

declare module 'undici/lib/dispatcher/agent.js' {
  import { Agent } from 'undici'

  export = Agent
}

declare module 'undici/lib/dispatcher/pool.js' {
  import { Pool } from 'undici'

  export = Pool
}

declare module 'undici/lib/dispatcher/proxy-agent.js' {
  import { ProxyAgent } from 'undici'

  export = ProxyAgent
}
