import { describe, expect, it } from 'vitest'
import { chooseKind } from '../../src/render/kind.js'

const noFlags = { json: false, plain: false, stream: false, quiet: false }
const terminal = { stdoutIsTerminal: true, stderrIsTerminal: true, env: { TERM: 'xterm' } }
const piped = { ...terminal, stdoutIsTerminal: false }

describe('chooseKind', () => {
  it.each([
    ['a terminal', {}, terminal, 3, 'deploy', 'live'],
    ['a terminal and one target', {}, terminal, 1, 'exec', 'live'],
    ['--stream on a terminal', { stream: true }, terminal, 3, 'exec', 'live'],
    ['--plain on a terminal', { plain: true }, terminal, 3, 'deploy', 'lines'],
    ['--quiet on a terminal', { quiet: true }, terminal, 3, 'deploy', 'lines'],
    ['a dumb terminal', {}, { ...terminal, env: { TERM: 'dumb' } }, 3, 'deploy', 'lines'],
    ['a pipe and many targets', {}, piped, 3, 'exec', 'lines'],
    ['a pipe and one target of exec', {}, piped, 1, 'exec', 'raw'],
    ['a pipe and one target of run', {}, piped, 1, 'run', 'raw'],
    ['--plain wins over raw', { plain: true }, piped, 1, 'exec', 'lines'],
    ['a pipe and one target of venv freeze', {}, piped, 1, 'venv freeze', 'raw'],
    ['a pipe and one target of deploy', {}, piped, 1, 'deploy', 'lines'],
    ['stderr in a file', {}, { ...terminal, stderrIsTerminal: false }, 3, 'deploy', 'lines'],
    ['--json wins over all', { json: true, plain: true }, piped, 1, 'exec', 'json'],
  ] as const)('%s', (_, flags, facts, targets, command, kind) => {
    expect(chooseKind({ ...noFlags, ...flags }, facts, targets, command)).toBe(kind)
  })
})
