import type { VenvSpec } from '../config/spec.js'
import type { Interpreter } from '../facts/facts.js'
import { installerOf } from './uv.js'
import { bringsPip, type Wheels } from './wheels.js'

/** What an interpreter lacks to make a venv, or to install into it by itself: notes of a plan. `wheels`: what is sent. */
export function lackNotes(
  venv: VenvSpec,
  { version, path, hasVenv, hasEnsurepip }: Interpreter,
  wheels: Wheels | undefined,
): string[] {
  const hasPip = hasEnsurepip || installerOf(venv).name === 'uv' || (wheels !== undefined && bringsPip(wheels))
  if (venv.with === 'virtualenv' || ((hasVenv || venv.with === 'uv') && hasPip)) return []
  const minor = version.split('.').slice(0, 2).join('.')
  const lacks = hasVenv ? 'ensurepip, so pip must come from elsewhere' : 'the module venv'
  return [`Python ${version} (${path}) lacks ${lacks}; on Debian and Ubuntu: sudo apt-get install python${minor}-venv`]
}
