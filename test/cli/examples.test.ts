import { join } from 'node:path'
import { expect, it } from 'vitest'
import { venvoy } from './support/venvoy.js'

it('loads the tasks in TypeScript of their example', async () => {
  const file = join(import.meta.dirname, '..', '..', 'examples', 'typescript-tasks', 'deploy.yml')
  const { stdout, stderr, code } = await venvoy({ args: ['list', '-f', file] })
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
  // The first table is that of the tasks.
  expect(stdout.split('\n\n')[0]).toBe(`task          on         description
migrate       instances
backup        instances  Dump the data, and keep the five newest dumps
hosts.uptime  hosts      How busy are the hosts?`)
})
