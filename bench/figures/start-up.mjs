import { compete } from '../contest.mjs'

export const startUp = {
  title: 'start-up',
  works: {
    'venvoy --version': (lab, how) => lab.venvoy(['--version'], how),
    'venvoy list': (lab, how) => lab.venvoy(['list'], how),
  },
  figure,
}

async function figure(lab, { runs, report }) {
  const contenders = [
    { name: 'node -e 0', role: 'reference', run: (how) => lab.run([process.execPath, '-e', '0'], how) },
    { name: 'venvoy --version', role: 'venvoy', goal: 1.4, run: (how) => lab.venvoy(['--version'], how) },
    { name: 'venvoy list', role: 'venvoy', goal: 2, run: (how) => lab.venvoy(['list'], how) },
  ]
  const table = { title: 'a few hosts and instances', ...(await compete(contenders, { runs: runs * 2 })) }
  report(table)
  return [table]
}
