import { expect, it } from 'vitest'
import { candidatesFor } from '../../src/cli/completion/candidates.js'
import { createProgram } from '../../src/cli/program.js'

const never = () => Promise.reject(new Error('nothing is run'))
const program = createProgram(never, {
  deploy: never,
  rollback: never,
  remove: never,
  services: never,
  freeze: never,
  venvRollback: never,
})

const kinds: readonly (readonly [typed: string, kind: string])[] = [
  ['deploy |', 'instance'],
  ['deploy staging |', 'instance'],
  ['venv freeze |', 'instance'],
  ['-q deploy -v |', 'instance'],
  ['run |', 'task'],
  ['run a --dry-run |', 'told'],
  ['-H web1 run -x a b |', 'told'],
  ['run -H a -|', 'words'],
  ['run -H a |', 'task'],
  ['-i |', 'instance'],
  ['deploy --instance |', 'instance'],
  ['deploy --host=w|', 'host'],
  ['deploy -H w|', 'host'],
  ['-g |', 'group'],
  ['plan -x |', 'exclude'],
  ['-f |', 'files'],
  ['--identity=|', 'files'],
  ['exec -- |', 'files'],
  ['exec -H web1 -- tar c |', 'files'],
  ['deploy -- |', 'instance'],
  ['list |', 'nothing'],
  ['--set |', 'nothing'],
  ['--nonsense=|', 'nothing'],
  ['-P |', 'nothing'],
  ['completion bash |', 'nothing'],
]
it.each(kinds)('wants behind "%s" a word of the kind %s', (typed, kind) => {
  expect(candidatesFor(program, typed.replace('|', '').split(' ')).kind).toBe(kind)
})

const words: readonly (readonly [typed: string, some: string[], not: string])[] = [
  ['', ['deploy', 'run', 'completion', 'help'], '__complete'],
  ['help |', ['deploy'], '__complete'],
  ['venv |', ['list', 'create', 'remove', 'freeze', 'prune'], 'deploy'],
  ['completion |', ['bash', 'zsh', 'fish'], 'sh'],
  ['exec --shell |', ['sh', 'bash', 'login'], 'fish'],
  ['exec --shell=|', ['--shell=sh', '--shell=bash'], 'sh'],
  ['deploy -|', ['--dry-run', '--ref', '--json', '--help'], '--shell'],
]
it.each(words)('offers behind "%s" %j', (typed, some, not) => {
  const found = candidatesFor(program, typed.replace('|', '').split(' '))
  const offered = found.kind === 'words' ? found.words.map(({ word }) => word) : []
  expect(offered).toEqual(expect.arrayContaining(some))
  expect(offered).not.toContain(not)
})
