import type { InstanceSpec } from '../../src/config/spec.js'
import type { HostFacts } from '../../src/facts/facts.js'
import type { RequirementsFiles } from '../../src/operations/requirements.js'
import type { Tree } from '../../src/operations/tree.js'
import type { Plan } from '../../src/plan/plan.js'
import { planBy } from '../../src/plan/procedure.js'
import { deploy } from '../../tasks/deploy.js'

/** The plan of the built-in deploy. */
export const planDeploy = (
  spec: InstanceSpec,
  facts: HostFacts,
  tree: Tree,
  requirements: RequirementsFiles,
  by: string,
): Plan => planBy(deploy, { spec, facts, tree, requirements, by })
