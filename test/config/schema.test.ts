import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { z } from 'zod'
import { describeDiagnostics } from '../../src/config/diagnostic.js'
import { readConfig } from '../../src/config/read.js'
import { jsonSchema } from '../../src/config/schema.js'

interface Schema {
  readonly $ref?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema | false
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly definitions?: Readonly<Record<string, Schema>>
}

const schema = jsonSchema() as Schema
const root = fileURLToPath(new URL('../../', import.meta.url))
const example = readFileSync(`${root}deploy.example.yml`, 'utf8')
const secret = { tag: '!secret', resolve: (name: string) => name }
const exampleValue: unknown = parseYaml(example, { customTags: [secret] })

/** `venv.python` for each key of each map in the schema; maps that are defined once are named by their definition. */
function keysOf(part: Schema, name: string): string[] {
  return Object.keys(part.properties ?? {}).map((key) => `${name}.${key}`)
}

/** The keys of the schema that a value makes use of. */
function usedKeys(value: unknown, part: Schema, name: string): string[] {
  if (part.$ref) {
    const definition = part.$ref.split('/').at(-1)!
    return usedKeys(value, schema.definitions![definition]!, definition)
  }
  const branches = [...(part.anyOf ?? []), ...(part.allOf ?? [])].flatMap((branch) => usedKeys(value, branch, name))
  if (Array.isArray(value)) return [...branches, ...value.flatMap((item) => usedKeys(item, part.items ?? {}, name))]
  if (typeof value !== 'object' || value === null) return branches
  const own = Object.entries(value).flatMap(([key, inner]) => {
    const property = part.properties?.[key]
    if (property) return [`${name}.${key}`, ...usedKeys(inner, property, name)]
    return part.additionalProperties ? usedKeys(inner, part.additionalProperties, name) : []
  })
  return [...branches, ...own]
}

describe('deploy.example.yml', () => {
  test('reads without a diagnostic', () => {
    const { diagnostics } = readConfig({ file: 'deploy.example.yml', text: example }, { env: () => 'value' })
    expect(describeDiagnostics(diagnostics)).toBe('')
  })

  test('shows every key of the schema', () => {
    const parts = Object.entries(schema.definitions ?? {})
    const all = [...keysOf(schema, 'file'), ...parts.flatMap(([name, part]) => keysOf(part, name))]
    const used = new Set(usedKeys(exampleValue, schema, 'file'))
    // A task has all the keys of a step: it is enough that either shows them.
    const isShown = (key: string) =>
      used.has(key) || used.has(key.replace(/^step\./, 'task.')) || used.has(key.replace(/^task\./, 'step.'))
    expect(all.filter((key) => !isShown(key) && !/^instance\.(env|vars|deploy)$/.test(key))).toEqual([])
  })

  test('explains every key with a comment the first time', () => {
    const lines = example.split('\n')
    const explained = (key: string) => {
      const first = lines.findIndex((line) => new RegExp(`^[^#]*\\b${key}:`).test(line))
      return first > 0 && (/^\s*#/.test(lines[first - 1]!) || /#/.test(lines[first]!))
    }
    const keys = Object.values(schema.definitions ?? {}).flatMap((part) => Object.keys(part.properties ?? {}))
    const unexplained = [...new Set([...Object.keys(schema.properties ?? {}), ...keys])].filter(
      (key) => !explained(key),
    )
    expect(unexplained).toEqual([])
  })
})

describe('the JSON Schema', () => {
  // zod does not read `oneOf` of mere `required`, so that is looked at apart.
  const plain = JSON.parse(JSON.stringify(schema, (key, value: unknown) => (key === 'oneOf' ? undefined : value)))
  const validator = z.fromJSONSchema(plain)

  test('is of the draft that editors read', () => {
    expect(schema).toMatchObject({ $schema: 'http://json-schema.org/draft-07/schema#', title: 'deploy.yml of venvoy' })
  })

  const kinds = [
    ...['run', 'sudo', 'local', 'confirm', 'wait', 'task'],
    ...['upload', 'download', 'template', 'line', 'block', 'link', 'directory', 'absent'],
  ]
  test.each(['step', 'task'])('wants one kind of work in a %s', (name) => {
    expect(schema.definitions![name]).toMatchObject({
      oneOf: kinds.map((kind) => ({ required: [kind] })),
    })
  })

  test('takes the example', () => {
    expect(validator.safeParse(exampleValue).error).toBeUndefined()
  })

  test.each([
    'project: blog',
    'project: blog\nhosts: { a: , b: local, c: "[::1]:22" }\ninstances: { x: { hosts: a, port: 1 } }',
    'project: blog\nvenv: { python: 3.11, no_site_packages: true, packages: x }\ntasks: { a: [x, { sudo: [y], timeout: 3 }] }',
  ])('takes what readConfig takes: %j', (text) => {
    expect(readConfig({ file: 'deploy.yml', text }, { env: () => '' }).diagnostics).toEqual([])
    expect(validator.safeParse(parseYaml(text)).error).toBeUndefined()
  })

  test.each([
    'projekt: blog',
    'project: blog\nhosts: { a/b: x }',
    'project: blog\nvenv: { with: conda }',
    'project: blog\ninstances: { x: { hosts: [a], prot: 1 } }',
    'project: blog\ntasks: { a: { run: ls, shell: zsh } }',
  ])('refuses what readConfig refuses: %j', (text) => {
    expect(readConfig({ file: 'deploy.yml', text }, { env: () => '' }).diagnostics).not.toEqual([])
    expect(validator.safeParse(parseYaml(text)).success).toBe(false)
  })
})

test('docs/configuration.md is what the schema says', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/docs.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  // It bundles the sources first, which takes a loaded machine its time.
}, 60_000)
