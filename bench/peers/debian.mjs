import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromDebian, versionOf } from './install.mjs'

/** ClusterShell's clush, 64 processes of ssh at once. */
export async function clush(lab) {
  const { program, env } = await fromDebian('clush', ['clustershell', 'python3-clustershell', 'python3-yaml'])
  const options = ['-f', '64', '-S', '-q', '-o', `-F ${lab.sshConfig}`]
  const run = (places, how) => lab.run([program, ...options, '-w', places.join(','), 'true'], { ...how, env })
  return { version: await versionOf(program, ['--version'], env), works: { true: run } }
}

/** Debian's parallel-ssh, 64 processes of ssh at once. */
export async function pssh(lab, folder) {
  const { program, env } = await fromDebian('parallel-ssh', ['pssh', 'python3-psshlib'])
  const hosts = (places) => {
    const file = join(folder, `hosts-${places.length}`)
    writeFileSync(file, places.map((name) => `${name}\n`).join(''))
    return file
  }
  const options = ['-p', '64', '-x', `-F ${lab.sshConfig}`]
  const run = (places, how) => lab.run([program, ...options, '-h', hosts(places), 'true'], { ...how, env })
  return { version: await versionOf(program, ['--version'], env), works: { true: run } }
}

/**
 * rsync over the system's ssh: a function that gets how to run it and gives a contender, in a list; an empty one where
 * there is no rsync.
 */
export async function rsyncOf(lab) {
  try {
    const { program, env } = await fromDebian('rsync', ['rsync', 'libpopt0', 'libxxhash0'])
    // The host is this machine: what is unpacked here is there, too.
    const there = Object.entries(env).map(([name, value]) => `${name}=${value} `)
    const options = ['-a', '-e', `ssh -F ${lab.sshConfig}`, `--rsync-path=${there.join('')}${program}`]
    const line = (words, how) => lab.run([program, ...options, ...words], { ...how, env })
    return (contender) => [contender(line)]
  } catch {
    return () => []
  }
}
