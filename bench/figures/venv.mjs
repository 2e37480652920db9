import { compete } from '../contest.mjs'
import { worksOn } from '../peers/peers.mjs'

export const freshVenv = {
  title: 'a fresh venv with 10 packages, locked, pip’s cache warm',
  works: { 'venv create': (lab, how) => lab.venvoy(['venv', 'create', 'near', '--set', 'venv.home=~/profiled'], how) },
  figure,
}

async function figure(lab, { runs, isQuick, peers, report }) {
  // Every run has a folder of its own: nothing is removed while the clock runs.
  let number = 0
  const contenders = [
    { name: 'python3 -m venv, pip install', role: 'reference', run: (how) => byHand(lab, `by-hand${++number}`, how) },
    {
      name: 'venvoy venv create',
      role: 'venvoy',
      goal: 1,
      run: (how) => lab.venvoy(['venv', 'create', 'near', '--set', `venv.home=~/fresh/${++number}`], how),
    },
    ...worksOn(peers, 'fresh', 'near').map((peer) => ({ ...peer, run: (how) => peer.run(++number, how) })),
  ]
  const table = { title: 'RTT 0', ...(await compete(contenders, { runs: Math.ceil(runs / 2), warmsPeers: !isQuick })) }
  report(table)
  return [table]
}

function byHand(lab, name, how) {
  const venv = `"$HOME"/${name}`
  const pip = `${venv}/bin/pip install --quiet --disable-pip-version-check --no-input`
  const command = `python3 -m venv ${venv} && ${pip} --index-url ${lab.index} -r ${lab.lockOnHost}`
  return lab.ssh(['near', command], how)
}
