import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { HelperStep } from '../../src/operations/step.js'
import type { Plan } from '../../src/plan/plan.js'

/** Leaves behind what the helper would: receipts and links without contents. Other steps leave nothing. */
export async function apply(plan: Plan): Promise<void> {
  for (const step of [...plan.prepare, ...plan.switch]) {
    if (step.kind === 'helper') await effects[step.action]!(step.input as never, plan)
  }
}

const effects: Record<string, (input: never, plan: Plan) => Promise<void>> = {
  venv: putVenv,
  'note-venv': ({ venv, inputs, stamp }: { venv: string; inputs: string; stamp: string }) =>
    receipt(`${venv}/.venvoy-noted.json`, { inputs, stamp }),
  wrapper: ({ venv, wrapper }: { venv: string; wrapper: Wrapper }) => putWrapper(venv, wrapper),
  release: putRelease,
  switch: turn,
  link: ({ home, name, venv }: { home: string; name: string; venv: string }) => put(`${home}/${name}`, venv),
}

interface VenvInput {
  readonly home: string
  readonly name: string
  readonly fingerprint: string
  readonly inputs: string
  readonly python: { readonly path: string }
  readonly wrapper: Wrapper
}

interface Wrapper {
  readonly digest: string
  readonly files: Readonly<Record<string, { readonly text: string }>>
}

async function putVenv({ home, name, fingerprint, inputs, python, wrapper }: VenvInput, plan: Plan): Promise<void> {
  const made = plan.prepare.find((step): step is HelperStep => step.kind === 'helper' && step.action === 'release')
  const path = made ? String(made.input.venv) : `${home}/.venvoy/${fingerprint}/${name}`
  await put(`${path}/bin/python`, python.path)
  await writeFile(`${path}/bin/activate`, '')
  await putWrapper(path, wrapper)
  await receipt(`${path}/.venvoy.json`, {
    name,
    fingerprint,
    inputs,
    python,
    installed: [],
    created: '2027-01-15T07:00:00Z',
  })
}

async function putWrapper(venv: string, { digest, files }: Wrapper): Promise<void> {
  for (const [path, { text }] of Object.entries(files)) await writeFile(`${venv}/${path}`, text)
  await receipt(`${venv}/.venvoy-wrapper.json`, { digest, files: Object.keys(files).join(' '), kept: '' })
}

interface ReleaseInput {
  readonly to: string
  readonly number: number
  readonly venv: string
  readonly receipt: object
  readonly settings: string
}

async function putRelease({ to, number, venv, receipt: fields, settings }: ReleaseInput): Promise<void> {
  await put(`${to}/releases/${number}/venv`, venv)
  await receipt(`${to}/releases/${number}/release.json`, { ...fields, created: '2027-01-15T07:00:00Z' })
  await writeFile(`${to}/releases/${number}/settings.json`, `${settings}\n`)
}

interface SwitchInput {
  readonly to: string
  readonly number: number
  readonly generation: number
  readonly home: string
  readonly name: string
}

async function turn({ to, number, generation, home, name }: SwitchInput): Promise<void> {
  await put(`${to}/current`, `releases/${number}`)
  await put(`${home}/${name}`, `${to}/current/venv`)
  await mkdir(`${to}/.venvoy`, { recursive: true })
  await writeFile(`${to}/.venvoy/generation`, `${generation + 1}\n`)
}

async function put(path: string, target: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await rm(path, { force: true })
  await symlink(target, path)
}

const receipt = (path: string, fields: object): Promise<void> =>
  writeFile(path, `${JSON.stringify({ v: 1, ...fields })}\n`)
