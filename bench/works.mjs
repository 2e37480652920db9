import { expectOutput } from './measure.mjs'
import { benchProject } from './project.mjs'

/** The venv that `workon class` stands for, made by hand. */
export const makeClass = (lab) => lab.ssh(['near', 'python3 -m venv --without-pip ~/.virtualenvs/class'])

/** Puts an instance where it is to be, so that the next deploy has nothing to do. */
export const deployOnce = (lab, name) => lab.venvoy(['deploy', name])

/** One command: `venvoy exec` against ssh. */
export const single = {
  title: '`true`',
  venvoy: (lab, host, node) => lab.venvoy(['exec', '-H', host, '--', 'true'], { node }),
  reference: (lab, host, options = []) => lab.ssh([...options, host, 'true']),
}

/** 20 commands under a prefix: a task of deploy.yml against one script, written by hand. */
export const twenty = {
  title: '20 commands under a prefix',
  venvoy: async (lab, host, node) => expectClass(await lab.venvoy(['run', '-H', host, 'twenty'], { node }), 'the task'),
  reference: async (lab, host, options = []) =>
    expectClass(await lab.ssh([...options, host, 'sh -s'], { input: benchProject.script.join('\n') }), 'the script'),
}

/** A deploy with nothing to do against an ssh that does nothing. */
export const noOp = {
  title: 'a deploy with nothing to do',
  venvoy: async (lab, host, node) =>
    expectOutput(await lab.venvoy(['deploy', host], { node }), /1 unchanged/, 'the deploy'),
  reference: single.reference,
}

const expectClass = (measured, what) => expectOutput(measured, /\.virtualenvs\/class\/bin\/python/, what)
