import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callHelper } from './support/call.js'
import { edgeInterpreters } from './support/interpreters.js'
import { temporaryFolders, write } from './support/place.js'

const place = temporaryFolders()

test.each(edgeInterpreters())('an inventory tells what packages say of themselves: %s', async (python) => {
  const home = place()
  const [venv, base] = [join(home, 'venvs/.venvoy/1111/blog'), join(home, 'venvs/.venvoy/base-1111')]
  const site = (folder: string) => join(folder, 'lib/python3.11/site-packages')
  write(join(venv, '.venvoy.json'), JSON.stringify({ v: 1, base }))
  write(join(base, '.venvoy.json'), JSON.stringify({ v: 1, digests: { 'django 5.1': 'ab12', 'six 1.16.0': 'cd34' } }))
  write(
    join(site(base), 'Django-5.1.dist-info/METADATA'),
    'Metadata-Version: 2.1\r\nName: Django\r\nVersion: 5.1\r\nLicense: © Django\r\n        more of it\r\n' +
      'Requires-Dist: asgiref>=3\r\nRequires-Dist: x; extra == "y"\r\nClassifier: A :: B\r\n\r\nName: not this\r\n',
  )
  write(join(site(base), 'six-1.16.0.dist-info/METADATA'), 'Name: six\nVersion: 1.16.0\n\n')
  write(join(site(venv), 'six-1.17.0.egg-info/PKG-INFO'), 'Name: six\nVersion: 1.17.0\nLicense-Expression: MIT\n')
  const env = { LC_ALL: 'C' }
  const { code, stderr, events } = await callHelper({ python, home, action: 'inventory', input: { venv }, env })
  expect([code, stderr]).toEqual([0, ''])
  const [told] = events
  expect(told).toMatchObject({
    event: 'inventory',
    markers: {
      os_name: 'posix',
      platform_system: 'Linux',
      python_full_version: expect.stringMatching(/^\d\.\d+\.\d+/),
    },
    packages: [
      {
        ...{
          name: 'django',
          version: '5.1',
          license: ['© Django\nmore of it'],
          expression: [],
          classifiers: ['A :: B'],
        },
        ...{ requires: ['asgiref>=3', 'x; extra == "y"'], digest: 'ab12' },
      },
      { name: 'six', version: '1.17.0', expression: ['MIT'], license: [], classifiers: [], requires: [] },
    ],
  })
  expect(told).not.toHaveProperty('packages.1.digest')
})
