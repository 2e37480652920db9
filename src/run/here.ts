import { openSession, type Session } from '../transport/session.js'
import type { Connection } from '../transport/transport.js'
import { connectHere } from './hosts.js'
import type { Run } from './run.js'

/** This machine, once a task wants it. */
export class Here {
  readonly #run: Run
  #opened: Promise<{ connection: Connection; session: Session }> | undefined

  constructor(run: Run) {
    this.#run = run
  }

  async session(): Promise<Session> {
    this.#opened ??= connectHere(this.#run).then(async (connection) => {
      return { connection, session: await openSession(connection, { lost: 'finish' }) }
    })
    return (await this.#opened).session
  }

  close(): void {
    const close = ({ connection, session }: { connection: Connection; session: Session }) => {
      session.close()
      connection.close()
    }
    // That it could not be opened is said where it was wanted.
    void this.#opened?.then(close, () => undefined)
  }
}
