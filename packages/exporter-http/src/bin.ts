#!/usr/bin/env node
import { writerTo } from './commands/io.js'
import { main } from './main.js'

process.exitCode = await main(process.argv.slice(2), process.env, {
  stdout: writerTo(process.stdout, Number.POSITIVE_INFINITY),
  stderr: writerTo(process.stderr, 1024 * 1024),
})
