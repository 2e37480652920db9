import type { Interpreter } from '../facts/facts.js'
import type { Artifact } from './lock.js'
import { compareVersions } from './version.js'

/** The newest pip that runs on each Python, from that version up: known to work, and known by its hash. */
const newest: readonly (readonly [python: string, pip: string, digest: string])[] = [
  ['2.7', '20.3.4', '217ae5161a0e08c0fb873858806e3478c9775caffce5168b50ec885e358c199d'],
  ['3.6', '21.3.1', 'deaf32dcd9ab821e359cd8330786bcd077604b5c5730c0b096eda46f95c24a2d'],
  ['3.7', '24.0', 'ba0d021a166865d2265246961bec0152ff124de910c5cc39f1156ce3fa7c69dc'],
  ['3.8', '25.0.1', 'c46efd13b6aa8279f33f2864459c8ce587ea6a1a59ee20de055868d8f7688f7f'],
  ['3.9', '26.0.1', 'bdb1b08f4274833d62c1aa29e20907365a2ceb950410df15fc9521bad440122b'],
  ['3.10', '26.3', 'f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13'],
]

/** The pip that goes along to a host without an index: the one that comes with its Python may be missing, or too old for the wheels. */
export function pipWheelFor({ version }: Interpreter): Artifact | undefined {
  const found = newest.findLast(([python]) => compareVersions(python, version) <= 0)
  if (found === undefined) return undefined
  const [python, pip, digest] = found
  return { kind: 'wheel', filename: `pip-${pip}-${python === '2.7' ? 'py2.py3' : 'py3'}-none-any.whl`, digest }
}
