import type { InstanceSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { HostFacts, Interpreter } from '../facts/facts.js'
import { placeOf } from './state.js'

/**
 * The interpreter that `venv.python` means on a host: the first one found of that version (PATH comes first), or the one at
 * that path. `3` is what `python3` names, else the newest. Throws where there is none, and then lists those there are.
 */
export function chooseInterpreter(python: string, interpreters: readonly Interpreter[], where?: string): Interpreter {
  const chosen = python.includes('/') ? byPath(python, interpreters) : byVersion(python, interpreters)
  if (chosen === undefined) throw noInterpreter(python, interpreters, where)
  return chosen
}

/** A path with `~/` is told by its end: interpreters have absolute ones. */
function byPath(python: string, interpreters: readonly Interpreter[]): Interpreter | undefined {
  // '~/py/bin/python' and '~ann/py/bin/python' → '/py/bin/python'
  const end = python.replace(/^~[^/]*/, '')
  return interpreters.find(({ path }) => (end === python ? path === python : path.endsWith(end)))
}

function byVersion(python: string, interpreters: readonly Interpreter[]): Interpreter | undefined {
  const matching = interpreters.filter(({ version }) => version === python || version.startsWith(`${python}.`))
  if (python.includes('.')) return matching[0]
  return matching.find(({ path }) => path.endsWith(`/python${python}`)) ?? [...matching].sort(newestFirst)[0]
}

function newestFirst(a: Interpreter, b: Interpreter): number {
  const [left, right] = [a, b].map(({ version }) => version.split('.').map((part) => Number.parseInt(part, 10)))
  const at = left!.findIndex((part, i) => part !== right![i])
  return at < 0 ? 0 : (right![at] ?? 0) - left![at]!
}

function noInterpreter(python: string, interpreters: readonly Interpreter[], where: string | undefined): VenvoyError {
  const distinct = interpreters.filter(({ real }, i) => interpreters.findIndex((other) => other.real === real) === i)
  const name = python.includes('/') ? `there is no Python at ${python}` : `there is no Python ${python} on this host`
  return new VenvoyError({
    kind: 'command',
    ...(where !== undefined && { where }),
    what: name,
    why: distinct.length === 0 ? ['no Python at all was found'] : ['found:', ...distinct.map(describe)],
    next: distinct.length === 0 ? install(python) : `set venv.python to one of these, or ${install(python)}`,
  })
}

const describe = ({ version, path }: Interpreter): string => `  ${version}  ${path}`

function install(python: string): string {
  // '3', '3.11', '3.11.7' → '3', '3.11'
  const version = /^\d+(\.\d+)?/.exec(python)?.[0] ?? '3'
  return `install it: sudo apt-get install python${version} python${version}-venv`
}

/** A Python that can run the helper: not a venv's own, which may go. Throws where there is none. */
export function anyPython(
  spec: InstanceSpec,
  { instances, interpreters, programs }: HostFacts,
  purpose = 'remove venvs',
): string {
  const made = (instances[spec.name]?.built ?? []).find(({ sound }) => sound)?.receipt.python.real
  const python = made ?? interpreters[0]?.path ?? programs.python3
  if (python !== undefined) return python
  throw new VenvoyError({
    kind: 'command',
    where: placeOf(spec),
    what: `no Python was found that could ${purpose}`,
    next: 'sudo apt-get install python3',
  })
}
