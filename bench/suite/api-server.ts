import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../testing/ports.js'
import { findProgram } from '../../testing/programs.js'
import {
  instancesAnswer,
  instancesPerService,
  instancesPerTarget,
  listPages,
  metricsAnswer,
  serviceAnswer,
} from './fixed-answers.js'
import { cpuOfProcess } from './process-cpu.js'

/** The API's answers from nginx, which uses less CPU for each than a client does, and is not what limits it. */
export interface ApiServer {
  /** Answers at once. */
  readonly url: string
  /** Answers after 20 ms. */
  readonly slowUrl: string
  /** The namespace whose services have so many instances. */
  readonly namespaceOf: (instances: number) => string
  /** CPU time since it started, in milliseconds. */
  readonly cpu: () => number
  readonly stop: () => Promise<void>
}

/** The namespace of the services that are probed one by one. */
export const targetsNamespace = 'targets'

const namespaceOf = (instances: number): string => `instances-${instances}`

const configuration = (folder: string, port: number): string => `
load_module /usr/lib/nginx/modules/ngx_http_echo_module.so;
master_process off;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr error;
worker_rlimit_nofile 8192;
events { worker_connections 4096; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  keepalive_requests 1000000000;
  keepalive_timeout 1h;
  open_file_cache max=10000;
  default_type application/json;
  map $msec $seconds { "~^(?<whole>[0-9]+)" $whole; }
  map $arg_page $page { default $arg_page; "" 1; }
  server {
    listen 127.0.0.1:${port} backlog=4096;
    # The first that matches counts.
    location ~ ^/slow(/.*)$ { echo_sleep 0.02; echo_exec $1 $args; }
    location ~ /metrics$ { return 200 '${metricsAnswer(`\${seconds}`, Math.floor(Date.now() / 1000))}'; }
    location ~ ^/v1/services/[^/]+/service-([0-9]+)/instances/$ {
      set $service $1;
      return 200 '${instancesAnswer(`\${service}`)}';
    }
    location ~ ^/v1/services/${targetsNamespace}/service-([0-9]+)/$ {
      set $service $1;
      return 200 '${serviceAnswer(`\${service}`, instancesPerTarget)}';
    }
    location ~ ^/v1/services/([^/]+)/$ { root ${folder}/lists; try_files /$1/$page.json =404; }
    location = /v1/generate-api-token/ { return 200 '{"token":"any"}'; }
  }
}
`

/** Starts nginx with lists of so many instances, and one of so many services to probe. Its files are in a folder of its own, which goes with it. */
export const startApiServer = async (sizes: ReadonlyArray<number>, targets = 0): Promise<ApiServer> => {
  const program = findProgram(['nginx'], `${process.env.PATH}:/usr/sbin`)
  if (program === undefined) throw new Error('nginx is missing. Debian: apt-get install nginx-light')
  const folder = await mkdtemp(join(tmpdir(), 'bench-nginx-'))
  const writeList = async (namespace: string, pages: ReadonlyArray<string>) => {
    const list = join(folder, 'lists', namespace)
    await mkdir(list, { recursive: true })
    for (const [index, page] of pages.entries()) await writeFile(join(list, `${index + 1}.json`), page)
  }
  for (const size of sizes) await writeList(namespaceOf(size), listPages(Math.ceil(size / instancesPerService)))
  if (targets > 0) await writeList(targetsNamespace, listPages(targets, instancesPerTarget))
  const port = await freePort()
  const file = join(folder, 'nginx.conf')
  await writeFile(file, configuration(folder, port))
  const child = spawn(program, ['-p', folder, '-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true })
  }
  const root = `http://127.0.0.1:${port}`
  await untilAnswers(`${root}/v1/generate-api-token/`, () => child.exitCode !== null)
  return { url: `${root}/v1/`, slowUrl: `${root}/slow/v1/`, namespaceOf, cpu: () => cpuOfProcess(child.pid), stop }
}

const untilAnswers = async (url: string, hasEnded: () => boolean): Promise<void> => {
  for (;;) {
    const isAnswered = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isAnswered) return
    if (hasEnded()) throw new Error('nginx has ended')
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
