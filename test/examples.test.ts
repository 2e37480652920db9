import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../src/config/read.js'
import { taskSteps, taskTargets } from '../src/config/tasks.js'
import { inputsDigest } from '../src/lock/inputs.js'
import { readLockfile } from '../src/lock/read.js'
import { readRequirementsLock } from '../src/lock/read-requirements.js'
import { taskStep } from '../src/operations/task-step.js'
import { emptyContext } from '../src/shell/context.js'
import { Sources } from '../src/source/read-sources.js'

const examples = readdirSync('examples')

const read = (example: string) => {
  const file = join('examples', example, 'deploy.yml')
  return readConfig({ file, text: readFileSync(file, 'utf8') }, { env: () => undefined, needsSecrets: () => false })
}

describe.each(examples)('the example %s', (example) => {
  it('has a deploy.yml without a mistake', () => {
    expect(read(example).diagnostics).toEqual([])
  })

  it('has tasks with something to do somewhere', () => {
    const { config } = read(example)
    for (const { name, on } of config!.tasks) {
      const targets = taskTargets(config!, on)
      expect(targets.flatMap((target) => taskSteps(config!, name, target).steps).length, name).toBeGreaterThan(0)
    }
  })

  it('has what its steps take from this machine', async () => {
    const { config } = read(example)
    const folder = join('examples', example)
    for (const { name, on } of config!.tasks) {
      const [target] = taskTargets(config!, on)
      const steps = taskSteps(config!, name, target!).steps.map((step) => taskStep(step, emptyContext, folder))
      expect(await new Sources(() => undefined).read(steps)).toHaveLength(steps.length)
    }
  })

  it('explains itself in a page of about twenty lines that names no task which is not there', () => {
    const text = readFileSync(join('examples', example, 'README.md'), 'utf8')
    const lines = text.trimEnd().split('\n').length
    expect(lines).toBeGreaterThan(10)
    expect(lines).toBeLessThan(31)
    // `venvoy run uptime -g web`
    const named = [...text.matchAll(/venvoy run ([a-z][\w-]*)/g)].map((match) => match[1]!)
    expect(tasksOf(example)).toEqual(expect.arrayContaining(named))
  })
})

it.each([
  ['django-locked', 38, 'thirty-eight'],
  ['offline', 9, 'nine'],
])('the lockfile of %s was made of its requirements, and has only hashes', (example, count, word) => {
  const folder = join('examples', example)
  const [text, requirements] = ['pylock.toml', 'requirements.in'].map((name) =>
    readFileSync(join(folder, name), 'utf8'),
  )
  const { inputs, packages } = readLockfile({ path: 'pylock.toml', text: text!, extras: [] })
  const files = { 'requirements.in': requirements! }
  expect(inputs).toBe(inputsDigest({ files, arguments: ['-r', 'requirements.in'] }))
  expect(packages.filter(({ hashes }) => hashes.length === 0)).toEqual([])
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(word)
  expect([packages.length, text!.includes('://')]).toEqual([count, false])
})

it('the requirements of python27 are a lockfile, with all of their hashes', () => {
  const text = readFileSync('examples/python27/requirements.txt', 'utf8')
  const { packages } = readRequirementsLock({ 'requirements.txt': text }, ['requirements.txt'])
  expect(packages.map(({ name, hashes }) => [name, hashes.length])).toEqual(
    ['django', 'gunicorn', 'psycopg2-binary', 'pytz', 'setuptools'].map((name) => [name, 1]),
  )
  expect(readFileSync('examples/python27/README.md', 'utf8')).toContain(`its five packages`)
})

/** Those of deploy.yml and those that tasks/ exports; test/cli/examples.test.ts loads the latter. */
function tasksOf(example: string): string[] {
  const folder = join('examples', example, 'tasks')
  const files = existsSync(folder) ? readdirSync(folder) : []
  const texts = files.map((name) => readFileSync(join(folder, name), 'utf8'))
  const exported = texts.flatMap((text) =>
    [...text.matchAll(/^export const (\w+) = task\(/gm)].map((match) => match[1]!),
  )
  return [...read(example).config!.tasks.map(({ name }) => name), ...exported]
}
