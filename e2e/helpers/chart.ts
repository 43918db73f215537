import anyTest from 'ava'
import { canRender, howToRender, renderChart } from '../../deploy/kubernetes/chart.js'
import { type KubernetesObjects, objectsIn } from './kubernetes-objects.js'
import { reportSkipped } from './report-skipped.js'

if (!canRender) reportSkipped(howToRender, 'the tests of the Helm chart')

/** `test`, where the chart can be rendered. */
export const testWithChart = canRender ? anyTest : anyTest.skip

/** The objects that the chart gives for these values. */
export const chartObjects = (values: Readonly<Record<string, unknown>>, name?: string): KubernetesObjects =>
  objectsIn(renderChart(values, name === undefined ? {} : { name }))
