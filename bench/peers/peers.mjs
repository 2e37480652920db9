import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ansible, mitogen } from './ansible.mjs'
import { clush, pssh } from './debian.mjs'
import { fabric } from './fabric.mjs'
import { parallelSsh } from './parallel-ssh.mjs'
import { pyinfra } from './pyinfra.mjs'

const all = { Ansible: ansible, mitogen, pyinfra, Fabric: fabric, 'parallel-ssh': parallelSsh, clush, pssh }

/** The names that `--peers` takes. */
export const peerNames = Object.keys(all)

/**
 * Installs the peers, or finds them installed: `peers` as `{ name, works }`, a work being a function like venvoy's own in
 * works.mjs, and `leftOut` as `{ name, why }`.
 */
export async function openPeers(lab, names) {
  const peers = []
  const leftOut = []
  for (const name of names) {
    const folder = join(lab.folder, `peer-${name}`)
    mkdirSync(folder)
    try {
      const { version, works } = await all[name](lab, folder)
      peers.push({ name: `${name} ${version}`, works })
    } catch (error) {
      leftOut.push({ name, why: error.message.trim().split('\n').at(-1) })
    }
  }
  return { peers, leftOut }
}

/** The peers that have such a work, as contenders: `worksOn(peers, 'twenty', 'rtt50')`; what `run` gets goes behind these. */
export const worksOn = ({ peers }, work, ...args) =>
  peers
    .filter(({ works }) => works[work] !== undefined)
    .map(({ name, works }) => ({ name, role: 'peer', run: (...more) => works[work](...args, ...more) }))
