import { interleave } from '../measure.mjs'
import { benchProject } from '../project.mjs'
import { ratioRow } from '../report.mjs'

export const freshVenv = {
  title: 'a fresh venv with 10 packages, against `python3 -m venv` and `pip install` by ssh',
  figure,
}

async function figure(lab, { runs }) {
  // Every run has a folder of its own: nothing is removed while the clock runs.
  let number = 0
  const measured = await interleave(Math.ceil(runs / 2), {
    byHand: () => byHand(lab, `"$HOME"/by-hand/${++number}`),
    venvoy: () => lab.venvoy(['venv', 'create', 'near', '--set', `venv.home=~/fresh/${++number}`]),
  })
  const row = (what, unit, of, goal) => ratioRow(what, unit, measured.venvoy.map(of), measured.byHand.map(of), goal)
  return [row('wall', 'ms', ({ wall }) => wall, 1), row('control CPU', 'ms', ({ cpu }) => cpu)]
}

function byHand(lab, venv) {
  const pip = `${venv}/bin/pip install --quiet --disable-pip-version-check --no-input`
  const command = `python3 -m venv ${venv} && ${pip} --index-url ${lab.index} -r /dev/stdin`
  return lab.ssh(['near', command], { input: benchProject.requirements })
}
