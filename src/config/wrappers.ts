import { commandOf } from './command-text.js'
import type { Path } from './diagnostic.js'
import type { DeployInput } from './schema.js'
import type { Scope } from './scope.js'
import { hostPath, name as nameLeaf, treePath } from './values.js'
import type { WrapperSpec } from './wrapper-spec.js'

type Written = NonNullable<DeployInput['wrappers']>[number]

/** The programs that lead into an instance, which is in the folder `to`. Reports two that have one name. */
export function resolveWrappers(written: readonly Written[], path: Path, scope: Scope, to: string): WrapperSpec[] {
  const wrappers = written.map((each, i) => resolve(each, [...path, i], scope, to))
  for (const [i, { name }] of wrappers.entries())
    if (name !== '' && wrappers.slice(0, i).some((other) => other.name === name))
      scope.findings.report([...path, i, 'to'], `${name} is the name of another wrapper`)
  return wrappers
}

function resolve({ to: place, run, script }: Written, path: Path, scope: Scope, to: string): WrapperSpec {
  const at = [...path, 'to']
  const filled = scope.text(place, at)
  const whole = filled.includes('/') ? scope.checkedText(hostPath, filled, at) : `${to}/bin/${filled}`
  const name = whole.slice(whole.lastIndexOf('/') + 1)
  const problem = nameLeaf.safeParse(name).error?.issues[0]?.message
  if (whole !== '' && problem !== undefined) scope.findings.report(at, `its last part is ${problem}`)
  const where = { name: problem === undefined ? name : '', to: whole }
  return script === undefined
    ? { ...where, kind: 'run', command: commandOf(run ?? '', [...path, 'run'], scope) }
    : { ...where, kind: 'script', script: scope.checkedText(treePath, script, [...path, 'script']) }
}
