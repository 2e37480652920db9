import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { builtProgram } from './support/built.js'
import { newFolder } from './support/venvoy.js'

const examples = join(import.meta.dirname, '..', '..', 'examples', 'fleet')
const read = (name: string) => parse(readFileSync(join(examples, name), 'utf8'))

const parts = 4
const [github, gitlab, kubernetes] = [read('github-actions.yml'), read('gitlab-ci.yml'), read('kubernetes-job.yml')]
const commandsOf = (steps: readonly { run?: string }[]) => steps.flatMap(({ run }) => run ?? [])
const venvoyLine = (lines: readonly string[]): string => lines.find((line) => /\bvenvoy\b/.test(line)) ?? ''

/** The line for each part as its system runs it, and the one that merges. */
const systems = [
  {
    name: 'GitHub Actions',
    count: github.jobs.part.strategy.matrix.part.length,
    line: (part: number) =>
      venvoyLine(commandsOf(github.jobs.part.steps))
        .replace(/\$\{\{ matrix\.part \}\}/g, String(part))
        .replace(/\$\{\{ strategy\.job-total \}\}/g, String(github.jobs.part.strategy.matrix.part.length)),
    env: () => ({}),
    merge: venvoyLine(commandsOf(github.jobs.all.steps)),
  },
  {
    name: 'GitLab',
    count: gitlab.part.parallel,
    line: () => venvoyLine(gitlab.part.script),
    env: (part: number) => ({ CI_NODE_INDEX: `${part}`, CI_NODE_TOTAL: `${gitlab.part.parallel}` }),
    merge: venvoyLine(gitlab.all.script),
  },
  {
    name: 'Kubernetes',
    count: kubernetes.spec.completions,
    line: () => kubernetes.spec.template.spec.containers[0].args[0].replace('/reports/', 'reports/'),
    env: (part: number) => ({ JOB_COMPLETION_INDEX: `${part - 1}` }),
    merge: 'venvoy report merge reports/*.json',
  },
]

/** A folder with hosts that are this machine, and `npx` and `venvoy` in the PATH. */
function project() {
  const [folder, bin, home] = [newFolder(), newFolder(), newFolder()]
  const hosts = Object.keys(read('deploy.yml').hosts).map((name) => `  ${name}: local\n`)
  writeFileSync(
    join(folder, 'deploy.yml'),
    `project: fleet\nhosts:\n${hosts.join('')}tasks: { patch: { on: hosts, run: 'true' } }\n`,
  )
  writeFileSync(join(bin, 'venvoy'), `#!/bin/sh\nexec '${process.execPath}' ${builtProgram.join(' ')} "$@"\n`, {
    mode: 0o755,
  })
  writeFileSync(join(bin, 'npx'), '#!/bin/sh\nexec "$@"\n', { mode: 0o755 })
  mkdirSync(join(folder, 'reports'))
  const run = (line: string, env: Readonly<Record<string, string>> = {}) =>
    execFileSync('sh', ['-c', line], {
      cwd: folder,
      env: { PATH: `${bin}:${process.env.PATH}`, HOME: home, ...env },
      stdio: 'pipe',
    })
  return { folder, run }
}

describe.each(systems)('the example for $name', ({ count, line, env, merge }) => {
  it('gets to all hosts, each once, and merges what the parts report', () => {
    const { folder, run } = project()
    expect(count).toBe(parts)
    for (let part = 1; part <= parts; part++) run(line(part), env(part))
    run(`${merge} --report all.json`)
    expect(readdirSync(join(folder, 'reports'))).toHaveLength(parts)
    const { results } = JSON.parse(readFileSync(join(folder, 'all.json'), 'utf8'))
    const names = results.map(({ host }: { host: string }) => host).sort()
    expect(names).toEqual(Object.keys(read('deploy.yml').hosts).sort())
  })
})
