import type { InstalledPackage } from '../remote/helper.js'

/** A licence: a whole SPDX expression, an identifier of SPDX's, or what the author calls it. */
export interface Licence {
  readonly kind: 'expression' | 'id' | 'name'
  readonly text: string
}

/** Identifiers of SPDX's that authors write as they are. */
const identifiers = [
  ...['0BSD', 'AGPL-3.0-only', 'AGPL-3.0-or-later', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'BSL-1.0', 'CC0-1.0'],
  ...['GPL-2.0-only', 'GPL-2.0-or-later', 'GPL-3.0-only', 'GPL-3.0-or-later', 'HPND', 'ISC', 'LGPL-2.1-only'],
  ...['LGPL-2.1-or-later', 'LGPL-3.0-only', 'LGPL-3.0-or-later', 'MIT', 'MIT-CMU', 'MPL-2.0', 'PSF-2.0', 'Unlicense'],
  ...['ZPL-2.1', 'Zlib'],
]

/** Classifiers that mean one licence and no other: of `BSD License` there are several. */
const classified: Readonly<Record<string, string>> = {
  'MIT License': 'MIT',
  'ISC License (ISCL)': 'ISC',
  'Mozilla Public License 2.0 (MPL 2.0)': 'MPL-2.0',
  'The Unlicense (Unlicense)': 'Unlicense',
  'zlib/libpng License': 'Zlib',
}

/**
 * The licences that a package names: its License-Expression where it has one, else its License if that is a name and no whole text,
 * else its classifiers. None where it says nothing.
 */
export function licences({ expression, license, classifiers }: InstalledPackage): Licence[] {
  const [whole] = expression
  if (whole !== undefined && whole !== '') return [{ kind: 'expression', text: whole }]
  const [said = ''] = license
  if (isName(said)) return [named(said)]
  // 'License :: OSI Approved :: MIT License'
  const names = classifiers.flatMap((each) => /^License :: (?:OSI Approved :: )?(.+)$/.exec(each)?.[1] ?? [])
  return [...new Set(names)].filter((name) => name !== 'OSI Approved').map(named)
}

const isName = (text: string): boolean => text !== '' && text.length <= 100 && !/\n|^unknown$/i.test(text)

function named(text: string): Licence {
  const identifier = classified[text] ?? (identifiers.includes(text) ? text : undefined)
  return identifier === undefined ? { kind: 'name', text } : { kind: 'id', text: identifier }
}
