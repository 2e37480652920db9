import { expect, it } from 'vitest'
import { hostContext, instanceContext, releaseContext, venvContext } from '../../src/operations/context.js'
import { shell } from '../../src/shell/command.js'
import { type Context, nest, wrap } from '../../src/shell/context.js'
import { specOf, venvOf } from '../plan/given.js'

const spec = specOf({
  host: { name: 'web1', local: false, env: { LANG: 'C.UTF-8', PORT: '1' }, vars: {} },
  env: { PORT: '8002', VENVOY_INSTANCE: 'staging' },
})
const text = (context: Context) => wrap(shell('python app.py'), context, () => '# the function workon').text('shell')

it('surrounds a command of a host with the host’s env', () => {
  expect(text(hostContext(spec.host))).toBe(`export LANG='C.UTF-8' PORT='1' || exit
python app.py`)
})

it('surrounds a command of an instance with its env, its venv and its current tree', () => {
  expect(text(instanceContext(spec))).toBe(`# the function workon
export LANG='C.UTF-8' PORT='8002' WORKON_HOME="$HOME"/.virtualenvs VENVOY_INSTANCE='staging' || exit
{ workon blog-staging
} || exit
cd -- "$HOME"/apps/blog-staging/current/tree || exit
python app.py`)
})

it('surrounds a command that is about a venv with nothing of its instance', () => {
  expect(text(venvContext(spec))).toBe(`# the function workon
export LANG='C.UTF-8' PORT='1' WORKON_HOME="$HOME"/.virtualenvs || exit
{ workon blog-staging
} || exit
python app.py`)
})

it('asks for virtualenvwrapper’s hooks where the venv has them', () => {
  const asked = instanceContext(specOf({ venv: venvOf({ hooks: true }) }))
  expect(wrap(shell('true'), asked, () => '').libraries).toEqual(['workon-hooks'])
})

it('surrounds a command before the switch with the new venv and the new tree; its own folder goes on from there', () => {
  const venv = '/home/ann/.virtualenvs/.venvoy/00/blog-staging'
  const context = releaseContext(spec, { to: '/home/ann/apps/blog-staging' }, 8, venv)
  expect(text(nest(context, { env: {}, path: [], prefixes: [], cwd: 'src' }))).toBe(
    `export LANG='C.UTF-8' PORT='8002' WORKON_HOME="$HOME"/.virtualenvs VENVOY_INSTANCE='staging' VIRTUAL_ENV='${venv}' VIRTUAL_ENV_PROMPT='blog-staging' || exit
export PATH=${venv}/bin"\${PATH:+:$PATH}" || exit
cd -- /home/ann/apps/blog-staging/releases/8/tree/src || exit
python app.py`,
  )
})
