import type { Instance } from '../model.js'
import { gauge, info, type Row } from './row.js'

export const instanceRows: ReadonlyArray<Row<Instance>> = [
  gauge(
    'alauda_instance_start_time_seconds',
    'When the instance started, in seconds since the epoch (started_at).',
    (instance) => instance.startTime,
  ),
  info('alauda_instance_info', 'What the instance is; always 1.', { uuid: (instance) => instance.uuid }),
]
