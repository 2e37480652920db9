import { VenvoyError } from '../errors.js'
import type { HostFacts } from '../facts/facts.js'
import { parseFacts } from '../facts/parse-facts.js'
import { type ProbeQuestion, probeScript } from '../facts/probe.js'
import { openSession, type Session } from '../transport/session.js'
import type { Connection } from '../transport/transport.js'
import { notStarted } from './section-end.js'

/** Opens a channel whose first words are the answers to the probe's questions: one round trip for both. */
export async function probe(
  connection: Connection,
  host: string,
  question: ProbeQuestion,
  lost: 'finish' | 'kill',
): Promise<{ session: Session; facts: HostFacts }> {
  const session = await openSession(connection, { probe: probeScript(question), lost })
  const answer = await session.facts
  if (answer.lost) throw new VenvoyError(notStarted(host, answer.end, session.noise()))
  return { session, facts: parseFacts(answer.text, host) }
}

/** The step that answers a question on a channel that is open. */
export const probeStep = 'facts'

/** The same on a channel that is open already: one round trip, between two programs. */
export async function probeOn(session: Session, host: string, question: ProbeQuestion): Promise<HostFacts> {
  const chunks: Uint8Array[] = []
  const end = await session.run(
    { id: probeStep, steps: [{ id: probeStep, text: probeScript(question), section: 1, goesOn: true }] },
    { start() {}, output: (_, stream, chunk) => void (stream === 'stdout' && chunks.push(chunk)), end() {} },
  )
  if (end.lost) throw new VenvoyError(notStarted(host, end.end, session.noise()))
  return parseFacts(Buffer.concat(chunks).toString('utf8'), host)
}
