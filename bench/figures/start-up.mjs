import { interleave, measure } from '../measure.mjs'
import { ratioRow } from '../report.mjs'

export const startUp = {
  title: 'start-up, against `node -e 0`',
  works: {
    'venvoy --version': (lab, node) => lab.venvoy(['--version'], { node }),
    'venvoy list': (lab, node) => lab.venvoy(['list'], { node }),
  },
  figure,
}

async function figure(lab, { runs }) {
  const measured = await interleave(runs * 2, {
    node: () => measure([process.execPath, '-e', '0'], { env: lab.env }),
    version: () => lab.venvoy(['--version']),
    list: () => lab.venvoy(['list']),
  })
  const row = (name, what, unit, of, goal) => ratioRow(what, unit, measured[name].map(of), measured.node.map(of), goal)
  return [
    row('version', '--version, wall', 'ms', ({ wall }) => wall, 1.4),
    row('version', '--version, CPU', 'ms', ({ cpu }) => cpu),
    row('version', '--version, peak memory', 'MB', ({ memory }) => memory / 1024),
    row('list', 'list, wall', 'ms', ({ wall }) => wall, 2),
    row('list', 'list, CPU', 'ms', ({ cpu }) => cpu),
    row('list', 'list, peak memory', 'MB', ({ memory }) => memory / 1024),
  ]
}
