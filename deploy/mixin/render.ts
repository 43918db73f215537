import { stringify } from 'yaml'
import type { RuleGroup } from './rules.js'

/** Groups of rules as a rule file of Prometheus. */
export const ruleFile = (groups: ReadonlyArray<RuleGroup>): string => stringify({ groups }, { lineWidth: 0 })
