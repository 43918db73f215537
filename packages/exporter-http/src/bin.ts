#!/usr/bin/env node
import { main } from './main.js'
import { writerTo } from './standard-streams.js'

process.exitCode = await main(process.argv.slice(2), process.env, {
  stdout: writerTo(process.stdout, Number.POSITIVE_INFINITY),
  stderr: writerTo(process.stderr, 1024 * 1024),
})
