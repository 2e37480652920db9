import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { VenvoyError } from '../../src/errors.js'
import type { Ssh } from '../../src/transport/ssh.js'
import { type ControlSide, controlSide } from './ssh.js'
import { type Sshd, type SshdOptions, startSshd } from './sshd.js'

/** What the tests of one file share: an sshd, and for each test a control side, whose runs are closed behind it. */
interface SshTests {
  readonly sshd: Sshd
  readonly here: ControlSide
  start(options?: Parameters<ControlSide['ssh']>[0]): Ssh
}

/** `isKnown`: the control side knows the keys of the sshd, on whatever port. */
export function sshTests({ isKnown = true, ...options }: SshdOptions & { readonly isKnown?: boolean } = {}): SshTests {
  let sshd: Sshd | undefined
  let here: ControlSide | undefined
  const runs: Ssh[] = []
  const tests: SshTests = {
    get sshd() {
      return sshd!
    },
    get here() {
      return here!
    },
    start(more = {}) {
      const run = tests.here.ssh({ overrides: { identityFile: tests.sshd.keyFile }, ...more })
      runs.push(run)
      return run
    },
  }
  beforeAll(async () => {
    sshd = await startSshd({ shell: 'dash', ...options })
  })
  afterAll(() => sshd?.stop())
  beforeEach(() => {
    here = controlSide()
    const { knownHostsText, port } = tests.sshd
    if (isKnown) here.write('.ssh/known_hosts', knownHostsText.replaceAll(`]:${port}`, ']:*'))
  })
  afterEach(() => {
    for (const run of runs.splice(0)) run.close()
    here?.remove()
  })
  return tests
}

/** The VenvoyError that an attempt must end in. */
export async function failure(attempt: Promise<unknown>): Promise<VenvoyError> {
  const error = await attempt.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof VenvoyError)) throw new Error(`no VenvoyError, but ${String(error)}`)
  return error
}
