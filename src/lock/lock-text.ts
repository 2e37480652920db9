import type { LockedPackage } from './lock.js'
import { mergeResolutions, type Resolution } from './merge.js'
import { pylockText } from './write-pylock.js'
import { hashedRequirements, inputsComment } from './write-requirements.js'

/** A lockfile of ours, as text and as what it says. */
export interface LockedText {
  readonly text: string
  readonly packages: readonly LockedPackage[]
  /** Markers of what it is for. */
  readonly targets: readonly string[]
  /** The same for people: `cpython 3.11.7 linux-x86_64 glibc 2.36`. */
  readonly madeFor: readonly string[]
}

/** One lockfile of what pip said for one target or several. Throws where markers cannot tell two of them apart. */
export function lockText(
  format: 'pylock' | 'requirements',
  resolutions: readonly Resolution[],
  inputs: string,
  from: readonly string[],
): LockedText {
  const { packages, targets } = mergeResolutions(resolutions)
  const madeFor = resolutions.map(({ target }) => target.label).sort()
  const text =
    format === 'pylock'
      ? pylockText({ packages, targets, inputs, from, madeFor })
      : [
          `${inputsComment}${inputs}`,
          `# from ${from.join(', ')}`,
          ...madeFor.map((each) => `# for ${each}`),
          hashedRequirements(packages),
        ].join('\n')
  return { text, packages, targets, madeFor }
}
