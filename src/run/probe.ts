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
