import { toText } from '@alauda-exporter/collector'
import test from 'ava'
import { buildInfoFamily } from '../src/build-info.js'

test('tells the exporter’s version and Node’s', (t) => {
  t.is(
    toText([buildInfoFamily('1.2.3')]),
    `# HELP alauda_exporter_build_info Which exporter this is and which Node.js it runs on; always 1.
# TYPE alauda_exporter_build_info gauge
alauda_exporter_build_info{version="1.2.3",node_version="${process.versions.node}"} 1
`,
  )
})
