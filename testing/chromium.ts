import { spawnSync } from 'node:child_process'
import { findProgram } from './programs.js'

const names = ['chromium', 'chromium-browser', 'google-chrome']

/** A Chromium in PATH that starts: on some systems a script of its name only prints how to install it. */
export const findChromium = (): string | undefined =>
  names
    .map((name) => findProgram([name]))
    .find((file) => file !== undefined && spawnSync(file, ['--version']).status === 0)
