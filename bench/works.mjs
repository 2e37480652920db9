import { expectOutput } from './measure.mjs'
import { benchProject } from './project.mjs'

/** The venv that `workon class` stands for, made by hand. */
export const makeClass = (lab) => lab.ssh(['near', 'python3 -m venv --without-pip ~/.virtualenvs/class'])

/** Puts the instance of a place where it is to be, so that the next deploy has nothing to do. */
export const deployOnce = (lab, place) => lab.venvoy(['deploy', place])

/** One command: `venvoy exec` against ssh. */
export const single = {
  title: '`true`',
  venvoy: (lab, place, how) => lab.venvoy(['exec', '-H', place, '--', 'true'], how),
  reference: (lab, place, how, options = []) => lab.ssh([...options, place, 'true'], how),
}

/** 20 commands under a prefix: a task of deploy.yml against one script, written by hand. */
export const twenty = {
  title: '20 commands under a prefix',
  venvoy: async (lab, place, how) => expectClass(await lab.venvoy(['run', '-H', place, 'twenty'], how), 'the task'),
  reference: async (lab, place, how, options = []) =>
    expectClass(await lab.ssh([...options, place, 'sh -s'], { ...how, input: benchProject.script }), 'the script'),
}

/** A deploy with nothing to do against an ssh that does nothing. */
export const noOp = {
  title: 'a deploy with nothing to do',
  venvoy: async (lab, place, how) =>
    expectOutput(await lab.venvoy(['deploy', place], how), /1 unchanged/, 'the deploy'),
  reference: single.reference,
}

/** The programs of the venv `class` have run, whoever ran them. */
export const expectClass = (measured, what) => expectOutput(measured, /\.virtualenvs\/class\/bin\/python/, what)

/** The commands for those who have no prefixes; the last one fails where it is not the venv's python. */
export const classCommands = benchProject.commands.map((command) =>
  command.startsWith('command')
    ? `${benchProject.activate} && ${command} | grep -q /class/bin/`
    : `${benchProject.activate} && ${command}`,
)
