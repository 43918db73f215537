import type { ExecutionContext } from 'ava'
import { startApiServer, withLogin } from '../../packages/alauda-client/test/helpers/api-server.js'

/** What a name in the cloud may try to be, beside a name. */
export const hostileNames: ReadonlyArray<string> = [
  'quote" backslash\\ both\\" end\\',
  "it's",
  'line\nfeed',
  'carriage\r\nreturn',
  'alauda_up{namespace="demo"} 1\n# EOF\n',
  '"} 1\nalauda_up{namespace="made"} 1\n# {"',
  '<b>bold</b>',
  '</script><script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</td></tr></table><!-- ',
  '--><svg onload=alert(1)>',
  '&lt;script&gt; &amp; &#60;',
  'javascript:alert(1)',
  'half \ud800 a pair',
  '\udc00',
  'zero \0 zero',
  'bell \x07 escape \x1b[31m delete \x7f',
  'line \u2028 paragraph \u2029',
  'right \u202e to left',
  '灵雀云 🐦‍⬛ é',
  '../../../etc/passwd',
  '#{7*7} {{7*7}} %s %n',
  '__proto__',
  'constructor',
  `long ${'灵雀云'.repeat(60)}`,
  'l'.repeat(100_000),
]

/** As many names of about the same length that try nothing. */
export const harmlessNames: ReadonlyArray<string> = hostileNames.map((name, index) =>
  name.length < 200 ? `name-${index}` : `name-${index}-`.padEnd(name.length, 'l'),
)

/** What UTF-8 can hold of a name: the cloud's JSON can hold more. Services with longer names are left out. */
export const shownAs = (names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names
    .map((name) => name.toWellFormed())
    .filter(({ length }) => length <= 1024)
    .sort()

/** A cloud that has a service for each of the names, and gives it everywhere. Times and values stand still. */
export const startCloudOf = async (t: ExecutionContext, names: ReadonlyArray<string>) => {
  const time = Math.floor(Date.now() / 1000)
  const results = names.map((name, index) => ({
    service_name: name,
    uuid: `uuid-${index}`,
    project_name: name,
    space_name: name,
    current_status: name,
    region_name: name,
    image_name: name,
    image_tag: name,
    instance_size: name,
    target_num_instances: 1,
    started_num_instances: 1,
    labels: [
      { key: 'tier', value: name },
      { key: name, value: 'value' },
    ],
    instances: [{ uuid: `instance-${index}`, instance_name: name }],
  }))
  const list = { body: { count: results.length, previous: null, next: null, results } }
  const metrics = { body: { columns: ['time', 'memory_usage', 'cpu_utilization'], points: [[time, 1, 1]] } }
  const { endpoint } = await startApiServer(
    t,
    withLogin(({ path }) => {
      if (path.includes('/metrics')) return metrics
      return path.includes('?page_size=100&page=') ? list : { status: 404 }
    }),
  )
  return { ALAUDA_ENDPOINT: endpoint, ALAUDA_USERNAME: 'demo', ALAUDA_PASSWORD: 'demo' }
}
