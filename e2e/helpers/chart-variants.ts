/** The one setting that everybody has to make. */
export const account = { settings: { alauda: { username: 'demo' } } }
export const secrets = { password: 'cloud-secret-1' }

/** What people do with the chart: its values, by what they want. */
export const variants: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  smallest: { ...account, existingSecret: 'cloud' },
  demo: { extraArgs: ['--demo'], nameOverride: 'x', serviceAccount: { create: false } },
  token: { settings: { alauda: { token_file: '/run/secrets/alauda-exporter/token', namespace: 'demo' } }, secrets },
  accounts: {
    settings: { accounts: [{ name: 'a', username: 'a', password_file: '/run/secrets/alauda-exporter/password' }] },
    secrets,
  },
  otherProbes: {
    settings: { alauda: { username: 'demo' }, log: null },
    secrets,
    livenessProbe: { httpGet: null, tcpSocket: { port: 'http' } },
    readinessProbe: { httpGet: { scheme: 'HTTPS' } },
    podSecurityContext: { fsGroup: 2000 },
    resources: { limits: { cpu: '1e3', memory: '1Gi' } },
    serviceMonitor: { enabled: true, endpoint: { scheme: 'https', tlsConfig: { insecureSkipVerify: true } } },
  },
  everything: {
    ...account,
    secrets,
    extraArgs: ['--web.enable-lifecycle', '--log.level=debug'],
    extraEnv: [{ name: 'NODE_EXTRA_CA_CERTS', value: '/ca/ca.crt' }],
    extraVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
    extraVolumeMounts: [{ name: 'ca', mountPath: '/ca' }],
    image: { repository: 'images.example/alauda-exporter', digest: `sha256:${'0'.repeat(64)}` },
    imagePullSecrets: [{ name: 'images' }],
    replicaCount: 2,
    fullnameOverride: 'watcher',
    serviceAccount: { name: 'watcher', annotations: { a: 'b' } },
    podAnnotations: { a: 'b' },
    podLabels: { team: 'shop' },
    nodeSelector: { disk: 'ssd' },
    tolerations: [{ key: 'spot', operator: 'Exists' }],
    affinity: { nodeAffinity: {} },
    priorityClassName: 'high',
    service: { type: 'NodePort', port: 80, annotations: { a: 'b' } },
    serviceMonitor: {
      enabled: true,
      labels: { release: 'p' },
      scrapeTimeout: '30s',
      endpoint: { scheme: 'https', basicAuth: { username: { name: 'web', key: 'user' } } },
    },
    prometheusRule: { enabled: true, labels: { release: 'p' } },
    networkPolicy: { enabled: true, ingressFrom: [{ namespaceSelector: {} }], egressPorts: [443, 20081] },
    podDisruptionBudget: { enabled: true, maxUnavailable: '50%' },
  },
}
