import anyTest from 'ava'
import { canRender, howToRender, renderChart } from '../../deploy/kubernetes/chart.js'
import { type KubernetesObjects, objectsIn } from './kubernetes-objects.js'

if (!canRender) {
  if (process.env.E2E_REQUIRED) throw new Error(howToRender)
  console.log(`The tests of the Helm chart are skipped: ${howToRender}.`)
}

/** `test`, where the chart can be rendered. */
export const testWithChart = canRender ? anyTest : anyTest.skip

/** The objects that the chart gives for these values. */
export const chartObjects = (values: Readonly<Record<string, unknown>>, name?: string): KubernetesObjects =>
  objectsIn(renderChart(values, name === undefined ? {} : { name }))
