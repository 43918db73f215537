import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'

/** A settings file on disk, as long as the test runs. All JSON is YAML. */
export const settingsFileOnDisk = async (t: ExecutionContext, content: unknown): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'exporter-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const file = join(folder, 'exporter.yml')
  await writeFile(file, JSON.stringify(content))
  return file
}
