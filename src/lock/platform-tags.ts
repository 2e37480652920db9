import type { Interpreter } from '../facts/facts.js'

/** The platforms whose wheels an interpreter can load, the newest first: `manylinux_2_36_x86_64`, …, `linux_x86_64`. */
export function platformTags(interpreter: Interpreter, arch: string): string[] {
  const { platform } = interpreter
  // 'macosx-10.9-universal2', 'linux-x86_64'
  if (platform.startsWith('macosx-')) return macTags(interpreter, arch)
  const own = platform.replace(/[-.]/g, '_')
  const machine = own.replace(/^linux_/, '')
  return own === machine ? [own] : [...libcTags(interpreter, machine), own]
}

/** The glibc below which there are no wheels, and the names that wheels had before their glibc's number. */
const legacyNames: readonly (readonly [minor: number, name: string])[] = [
  [17, 'manylinux2014'],
  [12, 'manylinux2010'],
  [5, 'manylinux1'],
]

function libcTags({ libc = '', version }: Interpreter, machine: string): string[] {
  // 'glibc 2.36', 'musl 1.2.4'
  const [, kind, major, minorText] = /^(glibc|musl) (\d+)\.(\d+)/.exec(libc) ?? []
  const minor = Number(minorText)
  if (kind === 'musl') return downFrom(minor, 0).map((each) => `musllinux_${major}_${each}_${machine}`)
  if (kind !== 'glibc' || major !== '2') return []
  const oldest = machine === 'x86_64' || machine === 'i686' ? 5 : 17
  const legacy = (each: number) => legacyNames.filter(([of]) => of === each).map(([, name]) => `${name}_${machine}`)
  const numbered = downFrom(minor, oldest)
  const pipMayBeOld = version.startsWith('2.') || /^3\.[0-9]\./.test(version)
  const named = (each: number) => `manylinux_2_${each}_${machine}`
  return pipMayBeOld
    ? [...numbered.flatMap(legacy), ...numbered.map(named)]
    : numbered.flatMap((each) => [named(each), ...legacy(each)])
}

/** The first macOS of the newer numbering counted 10.16 for the older one. */
const lastOfTen = 16

function macTags({ libc = '' }: Interpreter, arch: string): string[] {
  // 'macos 14.5'
  const [, majorText = '11', minorText = '0'] = /^macos (\d+)(?:\.(\d+))?/.exec(libc) ?? []
  const [major, minor] = [Number(majorText), Number(minorText)]
  const own =
    arch === 'arm64' ? ['arm64', 'universal2'] : ['x86_64', 'intel', 'fat64', 'fat32', 'universal2', 'universal']
  const older = arch === 'arm64' ? ['universal2'] : own
  const named = (version: string, kinds: readonly string[]) => kinds.map((kind) => `macosx_${version}_${kind}`)
  if (major < 11) return downFrom(minor, 4).flatMap((each) => named(`10_${each}`, own))
  return [
    ...downFrom(major, 11).flatMap((each) => named(`${each}_0`, own)),
    ...downFrom(lastOfTen, 4).flatMap((each) => named(`10_${each}`, older)),
  ]
}

/** `downFrom(3, 1)` → 3, 2, 1 */
export const downFrom = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, first - last + 1) }, (_, i) => first - i)
