import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localHost, type Recorder, record } from '../support/session.js'

const shells = ['dash', 'bash', 'busybox sh']

for (const sh of shells) {
  for (const lost of ['kill', 'finish'] as const) {
    describe(`a session with ${sh} that is to ${lost} what runs when it is lost`, () => {
      const host = localHost()
      let on: Recorder
      beforeAll(async () => {
        on = await record(host.connection, { sh, lost })
      })
      afterAll(() => {
        on.session.close()
        host.remove()
      })

      it('passes bytes through unchanged and keeps the streams apart', async () => {
        const ran = await on.run(`printf 'a\\000b\\377\\036'; printf '\\000e' >&2`)
        expect(ran).toEqual({ code: 0, stopped: false, stdout: 'a\0b\xff\x1e', stderr: '\0e' })
      })

      it('keeps the order within each stream', async () => {
        const ran = await on.run('i=0; while [ $i -lt 300 ]; do echo o$i; echo e$i >&2; i=$((i+1)); done')
        const lines = (letter: string) => Array.from({ length: 300 }, (_, i) => `${letter}${i}\n`).join('')
        expect([ran.stdout, ran.stderr]).toEqual([lines('o'), lines('e')])
      })

      it('shows its marker to no step', async () => {
        const ran = await on.run(`env; set; cat /proc/$PPID/cmdline /proc/$$/environ | tr '\\0' '\\n'`)
        const secretMarker = /\b[0-9a-f]{32}\b/
        expect(ran.stdout).not.toMatch(secretMarker)
        expect(ran.stdout).toContain('PATH=')
      })

      const isolation: [string, string, { code: number; signal?: string }][] = [
        ['a syntax error', 'if then fi', { code: 2 }],
        ['exit 3', 'exit 3', { code: 3 }],
        ['set -u', 'set -u; echo $nope', { code: sh === 'bash' ? 127 : 2 }],
        ['exec', 'exec true', { code: 0 }],
        ['cd and variables', 'cd /; X=1; export X', { code: 0 }],
        ['traps', `trap '' TERM; trap 'exit 4' EXIT`, { code: 4 }],
        ['its own kill', 'kill -9 $$', { code: 137, signal: 'KILL' }],
        ['exit 137', 'exit 137', { code: 137 }],
        ['its own TERM', 'kill -TERM $$', { code: 143, signal: 'TERM' }],
        ['a crash', 'kill -SEGV $$', { code: 139, signal: 'SEGV' }],
        ['a kill of its group', 'kill -9 0', { code: 137, signal: 'KILL' }],
        ['an open quote', "echo 'abc", { code: 2 }],
        ['a reader of stdin', 'cat', { code: 0 }],
        ['closed streams', 'exec >&- 2>&-', { code: 0 }],
        ['false at the start', 'false\ntrue', { code: 0 }],
      ]
      it.each([
        ['exit 3', [3], ['p.0', 'p.1']],
        ['exit 0', [3], ['p.0', 'p.2']],
        ['exit 10', [1, 0], ['p.0', 'p.2']],
        ['exit 13', [3], ['p.0', 'p.2']],
        ['kill -KILL $$', [137], ['p.0', 'p.2']],
      ])(
        'takes %j for what %j says, and runs what is on standby after a failure only',
        async (text, okCodes, order) => {
          const ran = await on.program([{ text, okCodes }, { text: ':' }, { text: ':', standby: true }])
          expect(ran.order.map((id) => id.replace(/\d+/, ''))).toEqual(order)
        },
      )

      it.each(isolation)('ends only the step at %s', async (_, text, expected) => {
        const { code, signal } = await on.run(text)
        const next = await on.run('pwd; echo "[$X]"; echo "[$*]"; echo clean >&2')
        expect({ code, ...(signal && { signal }) }).toEqual(expected)
        expect(next).toEqual({ code: 0, stopped: false, stdout: `${host.home}\n[]\n[]\n`, stderr: 'clean\n' })
      })

      it('runs steps with a common head, a text that is nothing but it, and others between them, as they are', async () => {
        // Quotes, a heredoc and letters beyond ASCII may stand on both sides of the cut.
        const head = `said='ü
 \\ two'\n: ${'x'.repeat(300)}\ncat <<'E'\nfirst \\\n`
        const texts = [
          `${head}1\nE\necho "$said"`,
          `${head}2\nE`,
          `${head}E\n`,
          'echo alone',
          `${head}3\nE\n`,
          `${head}E\n`,
        ]
        const { ran } = await on.program(texts.map((text) => ({ text })))
        const first = 'first \\\n'
        expect(Object.values(ran).map(({ code, stdout }) => [code, stdout])).toEqual([
          [0, Buffer.from(`${first}1\nü\n \\ two\n`).toString('latin1')],
          [0, `${first}2\n`],
          [0, first],
          [0, 'alone\n'],
          [0, `${first}3\n`],
          [0, first],
        ])
      })

      it('ends only the step at a heredoc without an end', async () => {
        await on.run('cat <<EOF\nabc')
        expect((await on.run('echo next')).stdout).toBe('next\n')
      })

      it('leaves the usual signals to the step', async () => {
        expect((await on.run('grep SigIgn /proc/self/status')).stdout).toBe('SigIgn:\t0000000000000000\n')
      })

      it('does not wait for a daemon that keeps stdout open', async () => {
        const started = await on.run('sleep 30 & echo $!')
        const pid = started.stdout.trim()
        const alive = await on.run(`kill -0 ${pid} && echo alive; kill ${pid}`)
        expect(alive.stdout).toBe('alive\n')
      })

      it('is not confused by what a daemon prints later', async () => {
        await on.run('(i=0; while [ $i -lt 2000 ]; do echo noise-$i; i=$((i+1)); done) & true')
        for (let i = 0; i < 10; i++) {
          const ran = await on.run(`echo T${i}; exit ${i}`)
          expect([ran.code, ran.stdout.includes(`T${i}\n`)]).toEqual([i, true])
        }
      })

      it('takes a step of 140 KB', async () => {
        const text = `: ${'y'.repeat(140_000)}\necho fine`
        expect((await on.run(text)).stdout).toBe('fine\n')
      })

      it('stops one step with all its children and goes on', async () => {
        const { ran } = await on.program(
          [{ text: 'sleep 60.731 & sleep 61.731; echo not reached', goesOn: true }, { text: 'echo next' }],
          (id) => {
            if (id.endsWith('.0')) setTimeout(() => on.session.stop(id), 50)
          },
        )
        const [first, second] = Object.values(ran)
        expect([first?.stopped, first?.stdout, first?.signal]).toEqual([true, '', 'TERM'])
        expect(second).toEqual({ code: 0, stopped: false, stdout: 'next\n', stderr: '' })
        expect((await on.run('pgrep -fx "sleep 6[01].731" || echo none')).stdout).toBe('none\n')
      })

      it('stops a section at its first failure, and no other section', async () => {
        const { order } = await on.program([
          { id: 'a1', text: 'true', section: 1 },
          { id: 'a2', text: 'false', section: 1 },
          { id: 'a3', text: 'true', section: 1 },
          { id: 'a4', text: 'true', section: 1, always: true },
          { id: 'b1', text: 'exit 3', section: 2, goesOn: true },
          { id: 'b2', text: 'true', section: 2 },
        ])
        expect(order).toEqual(['a1', 'a2', 'a4', 'b1', 'b2'])
      })

      it.each<[string, string, string[]]>([
        ['is not begun', 'false true true true', ['prepare']],
        ['fails itself', 'true false true true', ['prepare', 'turn', 'back', 'tell']],
        ['is followed by a failure', 'true true false true', ['prepare', 'turn', 'check', 'back', 'tell']],
        ['is settled, whatever fails then', 'true true true false', ['prepare', 'turn', 'check', 'settle']],
      ])('undoes a switch that %s', async (_, texts, wanted) => {
        const [prepare, turn, check, settle] = texts.split(' ').map((text) => ({ text }))
        const { order } = await on.program([
          { id: 'prepare', ...prepare! },
          { id: 'turn', ...turn!, switches: true },
          { id: 'check', ...check! },
          { id: 'back', text: 'false', undoes: true },
          { id: 'tell', text: 'true', undoes: true },
          { id: 'settle', ...settle! },
        ])
        expect(order).toEqual(wanted)
      })

      it('undoes nothing while another try is to come, and then what that wants', async () => {
        const back = { id: 'back', text: 'true', undoes: true }
        const first = await on.program([
          { id: 'turn', text: 'true', switches: true },
          { id: 'check', text: 'false', triedAgain: true },
          { id: 'rest', text: 'true' },
          back,
        ])
        const again = await on.program([
          { id: 'check', text: 'false', switches: true },
          { id: 'rest', text: 'true' },
          back,
        ])
        expect([first.order, again.order]).toEqual([
          ['turn', 'check'],
          ['check', 'back'],
        ])
      })
    })
  }
}

describe('a session', () => {
  it('brings 100 MB through whole', async () => {
    const host = localHost()
    const on = await record(host.connection)
    const hash = createHash('sha256')
    let length = 0
    await on.session.run(
      { id: 'big', steps: [{ id: 'b', section: 1, text: 'head -c 100000000 /dev/zero' }] },
      {
        start() {},
        output: (_, __, chunk) => {
          length += chunk.length
          hash.update(chunk)
        },
        end() {},
      },
    )
    on.session.close()
    host.remove()
    const zeros = createHash('sha256')
    for (let i = 0; i < 100; i++) zeros.update(Buffer.alloc(1_000_000))
    expect([length, hash.digest('hex')]).toEqual([100_000_000, zeros.digest('hex')])
  })

  it('runs the probe before the first program, and gives its output apart', async () => {
    const host = localHost()
    const seen: string[] = []
    const on = await record(host.connection, {
      probe: "echo fact; echo 'odd ! \\ words'; echo trouble >&2",
      first: {
        program: { id: 'p', steps: [{ id: 's', section: 1, text: 'echo step' }], last: true },
        observer: {
          start: (id) => seen.push(id),
          output: (_, __, chunk) => seen.push(String(chunk)),
          end: (_, end) => seen.push(`${end.code}`),
        },
      },
    })
    expect(await on.session.facts).toEqual({ text: 'fact\nodd ! \\ words\n', errors: 'trouble\n', lost: false })
    expect(await on.session.first).toEqual({ lost: false })
    expect(seen).toEqual(['s', 'step\n', '0'])
    host.remove()
  })

  it('lets a step read the channel itself', async () => {
    const host = localHost()
    const on = await record(host.connection)
    const program = on.program([{ text: 'head -c 5; echo', channel: true }, { text: 'cat; echo after' }])
    await on.session.write(Buffer.from('12345'))
    const { ran } = await program
    expect(Object.values(ran).map(({ stdout }) => stdout)).toEqual(['12345\n', 'after\n'])
    on.session.close()
    host.remove()
  })

  it('runs nothing of a program that came in half', async () => {
    const host = localHost()
    const half = await record(host.connection)
    await half.session.write(Buffer.from('s x 1 1 -\ntouch ran\ns y 2 1 -\necho one\n'))
    half.session.close()
    const lost = await half.program([])
    expect([lost.end, readdirSync(host.home)]).toEqual([{ lost: true, end: { code: 0 }, begun: false }, []])
    host.remove()
  })
})
