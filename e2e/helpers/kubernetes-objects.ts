import { deepStrictEqual } from 'node:assert'
import { PrometheusRule } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule'
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { NetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { ConfigMap } from 'kubernetes-models/v1/ConfigMap'
import { Pod } from 'kubernetes-models/v1/Pod'
import { Secret } from 'kubernetes-models/v1/Secret'
import { Service } from 'kubernetes-models/v1/Service'
import { ServiceAccount } from 'kubernetes-models/v1/ServiceAccount'
import ts from 'typescript'
import { parse } from 'yaml'

const models = {
  ConfigMap,
  Deployment,
  NetworkPolicy,
  Pod,
  PodDisruptionBudget,
  PrometheusRule,
  Secret,
  Service,
  ServiceAccount,
  ServiceMonitor,
}

type Kind = keyof typeof models
type Model<K extends Kind> = InstanceType<(typeof models)[K]>

const isKind = (kind: unknown): kind is Kind => typeof kind === 'string' && Object.hasOwn(models, kind)

/** The objects of one rendering of the chart. */
export interface KubernetesObjects {
  readonly all: ReadonlyArray<{ readonly file: string; readonly kind: Kind; readonly json: string }>
  /** The one object of a kind; fails when there are more or none. */
  readonly one: <K extends Kind>(kind: K) => Model<K>
  readonly kinds: ReadonlyArray<Kind>
}

/** Reads YAML files with one object each, or none. Fails where YAML 1.1, which Kubernetes reads, means something else. */
export const objectsIn = (files: ReadonlyMap<string, string>): KubernetesObjects => {
  const all = [...files].flatMap(([file, text]) => {
    if (!file.endsWith('.yaml') || text.trim() === '') return []
    const object = parse(text)
    deepStrictEqual(parse(text, { version: '1.1' }), object, file)
    if (!isKind(object?.kind)) throw new Error(`${file}: an unknown kind of object: ${object?.kind}`)
    return [{ file, kind: object.kind, json: JSON.stringify(object) }]
  })
  return {
    all,
    kinds: all.map(({ kind }) => kind).sort(),
    one: (kind) => {
      const [found, ...others] = all.filter((object) => object.kind === kind)
      if (found === undefined || others.length > 0) throw new Error(`${others.length + 1} objects of kind ${kind}`)
      return JSON.parse(found.json)
    },
  }
}

/**
 * Problems of objects by the schemas of Kubernetes and of the Prometheus Operator. The schemas find wrong values but accept unknown
 * keys, as Kubernetes does without `--validate=strict`; TypeScript finds those.
 */
export const schemaFaults = (objects: ReadonlyArray<KubernetesObjects>): ReadonlyArray<string> => {
  const all = objects.flatMap(({ all }) => all)
  return [...all.flatMap(wrongValues), ...wrongKeys(all)]
}

type Found = KubernetesObjects['all'][number]

const wrongValues = ({ file, kind, json }: Found): ReadonlyArray<string> => {
  try {
    new models[kind](JSON.parse(json)).validate()
    return []
  } catch (error) {
    return [`${file}: ${error instanceof Error ? error.message : error}`]
  }
}

const modules: Readonly<Record<Kind, string>> = {
  ConfigMap: 'kubernetes-models/v1/ConfigMap',
  Deployment: 'kubernetes-models/apps/v1/Deployment',
  NetworkPolicy: 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy',
  Pod: 'kubernetes-models/v1/Pod',
  PodDisruptionBudget: 'kubernetes-models/policy/v1/PodDisruptionBudget',
  PrometheusRule: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule',
  Secret: 'kubernetes-models/v1/Secret',
  Service: 'kubernetes-models/v1/Service',
  ServiceAccount: 'kubernetes-models/v1/ServiceAccount',
  ServiceMonitor: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor',
}

// A program that is never run or written: the objects as values of their types.
const wrongKeys = (objects: ReadonlyArray<Found>): ReadonlyArray<string> => {
  const name = `${import.meta.dirname}/kubernetes-objects-as-code.ts`
  const lines = objects.map(({ kind, json }) => `export const _: import('${modules[kind]}').I${kind} = ${json}`)
  const code = lines.map((line, index) => line.replace('_', `object${index}`)).join('\n')
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
    skipLibCheck: true,
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile } = host
  host.getSourceFile = (file, target) =>
    file === name ? ts.createSourceFile(file, code, target) : getSourceFile(file, target)
  const program = ts.createProgram([name], options, host)
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file?.fileName === name ? file.getLineAndCharacterOfPosition(start ?? 0).line : undefined
    const where = line === undefined ? 'the types' : objects[line]?.file
    return `${where}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`
  })
}
