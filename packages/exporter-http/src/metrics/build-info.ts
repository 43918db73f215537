import type { Family } from '@alauda-exporter/collector'
import packageJson from '../../package.json' with { type: 'json' }

export const { version } = packageJson

/** What is running, as a metric. */
export const buildInfoFamily = (version: string): Family => ({
  name: 'alauda_exporter_build_info',
  help: 'Which exporter this is and which Node.js it runs on; always 1.',
  type: 'gauge',
  labels: ['version', 'node_version'],
  samples: [{ labels: { version, node_version: process.versions.node }, value: 1 }],
})
