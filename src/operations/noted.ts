import type { VenvSpec } from '../config/spec.js'
import type { BuiltVenv, Interpreter } from '../facts/facts.js'
import type { NoteVenvInput } from '../remote/venv-input.js'
import type { HelperStep } from './step.js'

/** Whether a venv is known to be what these inputs come to. */
export const suits = ({ receipt, noted }: BuiltVenv, inputs: string): boolean =>
  receipt.inputs === inputs || noted?.inputs === inputs

/**
 * Whether a venv may go on with another build of its interpreter than the one it was built with: with `patch`, of the same
 * version; with `minor`, of the same two numbers. What its `bin/python` leads to now must be that interpreter.
 */
export function goesOnWith(
  { receipt, stamp }: BuiltVenv,
  interpreter: Interpreter,
  pin: VenvSpec['pythonPin'] = 'build',
): boolean {
  if (pin === 'build' || stamp !== interpreter.stamp || receipt.python.real !== interpreter.real) return false
  return pinned(receipt.python.version, pin) === pinned(interpreter.version, pin)
}

/** `3.11.2` → as much of it as must stay the same. */
export const pinned = (version: string, pin: VenvSpec['pythonPin'] = 'build'): string =>
  pin === 'minor' ? version.split('.').slice(0, 2).join('.') : version

/** Notes beside the receipt what the venv suits as well, so that the next look at the host needs no Python; nothing if it is known. */
export function noteStep(venv: BuiltVenv, inputs: string): HelperStep[] {
  if (suits(venv, inputs) && venv.sound) return []
  const { path, receipt, noted } = venv
  const stamp = venv.stamp ?? noted?.stamp ?? receipt.python.stamp
  const lines = [
    ...(suits(venv, inputs) ? [] : ['what changed in the requirements is for others than this venv']),
    ...(venv.sound ? [] : ['its interpreter was replaced, as python_pin allows']),
  ]
  const step: HelperStep = {
    kind: 'helper',
    title: `note that venv ${receipt.name} is still right`,
    lines,
    python: receipt.python.real,
    action: 'note-venv',
    input: { venv: path, inputs, stamp } satisfies NoteVenvInput,
  }
  return [step]
}
