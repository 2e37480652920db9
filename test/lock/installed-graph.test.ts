import { describe, expect, it } from 'vitest'
import { installedGraph } from '../../src/lock/installed-graph.js'
import { licences } from '../../src/lock/licences.js'
import type { InstalledPackage } from '../../src/remote/helper.js'

const packageOf = (name: string, requires: readonly string[] = [], more: Partial<InstalledPackage> = {}) => ({
  ...{ name, version: '1.0', license: [], expression: [], classifiers: [], requires },
  ...more,
})
const values = { python_version: '3.11', sys_platform: 'linux' }
const drawn = (...packages: readonly InstalledPackage[]) => {
  const { needs, roots } = installedGraph(packages, values)
  return { needs: [...needs].map(([name, others]) => `${name}: ${others.join(' ')}`.trim()), roots: roots.join(' ') }
}

describe('the graph of what is installed', () => {
  it.each<[string, readonly InstalledPackage[], readonly string[], string]>([
    [
      'says who needs whom, by normalised names',
      [packageOf('django', ['asgiref<4,>=3.8.1', 'sqlparse (>=0.3.1)']), packageOf('asgiref'), packageOf('sqlparse')],
      ['django: asgiref sqlparse', 'asgiref:', 'sqlparse:'],
      'django',
    ],
    [
      'decides markers for this interpreter',
      [packageOf('a', ['B; python_version < "3.9"', 'C; sys_platform == "linux"']), packageOf('b'), packageOf('c')],
      ['a: c', 'b:', 'c:'],
      'a b',
    ],
    [
      'counts the extras that a package asks for, and those that these ask for',
      [
        packageOf('app', ['celery[redis]']),
        packageOf('celery', ['kombu[redis]; extra == "redis"', 'sqs; extra == "sqs"']),
        packageOf('kombu', ['redis; extra == "redis"']),
        packageOf('redis'),
        packageOf('sqs'),
      ],
      ['app: celery', 'celery: kombu', 'kombu: redis', 'redis:', 'sqs:'],
      'app sqs',
    ],
    [
      'leaves out what is not installed, itself, and what nobody can read',
      [packageOf('a', ['gone', 'a[more]', '!!', 'b', 'b>1']), packageOf('b')],
      ['a: b', 'b:'],
      'a',
    ],
    [
      'reaches packages that need one another',
      [packageOf('b', ['a']), packageOf('a', ['b']), packageOf('c', ['a'])],
      ['b: a', 'a: b', 'c: a'],
      'c',
    ],
    ['has a root for a circle of its own', [packageOf('b', ['a']), packageOf('a', ['b'])], ['b: a', 'a: b'], 'a'],
  ])('%s', (_, packages, needs, roots) => {
    expect(drawn(...packages)).toEqual({ needs, roots })
  })
})

describe('the licences of a package', () => {
  const gpl = 'License :: OSI Approved :: GNU General Public License v2 (GPLv2)'
  it.each<[string, Partial<InstalledPackage>, readonly string[]]>([
    ['none where it says none', {}, []],
    [
      'its expression, whatever else it says',
      { expression: ['MIT OR Apache-2.0'], license: ['x'] },
      ['expression MIT OR Apache-2.0'],
    ],
    ['an identifier', { license: ['BSD-3-Clause'], classifiers: [gpl] }, ['id BSD-3-Clause']],
    ['a name', { license: ['BSD'] }, ['name BSD']],
    [
      'the classifiers in place of a whole text',
      { license: ['MIT License\n\nCopyright …'], classifiers: [gpl] },
      ['name GNU General Public License v2 (GPLv2)'],
    ],
    [
      'classifiers that mean one licence, each once',
      {
        license: ['UNKNOWN'],
        classifiers: ['License :: OSI Approved', 'License :: OSI Approved :: MIT License', 'Topic :: X', gpl, gpl],
      },
      ['id MIT', 'name GNU General Public License v2 (GPLv2)'],
    ],
  ])('%s', (_, told, wanted) => {
    expect(licences(packageOf('a', [], told)).map(({ kind, text }) => `${kind} ${text}`)).toEqual(wanted)
  })
})
