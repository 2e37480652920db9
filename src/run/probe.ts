import { VenvoyError } from '../errors.js'
import type { HostFacts } from '../facts/facts.js'
import { parseFacts } from '../facts/parse-facts.js'
import { type ProbeQuestion, probeScript } from '../facts/probe.js'
import { openSession, type Session } from '../transport/session.js'
import type { Connection } from '../transport/transport.js'
import { notStarted } from './section-end.js'

/** Of a probe that goes along as part of a command line: below the 128 KiB that a host's kernel takes, quoted. */
const longestAlong = 90_000

/**
 * Opens a channel whose first words are the answers to the probe's questions: one round trip for both. Questions about hundreds
 * of instances are too long for that and are asked behind it.
 */
export async function probe(
  connection: Connection,
  host: string,
  question: ProbeQuestion,
  lost: 'finish' | 'kill',
): Promise<{ session: Session; facts: HostFacts }> {
  const script = probeScript(question)
  if (script.length > longestAlong) return probeLater(connection, host, question, lost)
  const session = await openSession(connection, { probe: script, lost })
  const answer = await session.facts
  if (answer.lost) throw new VenvoyError(notStarted(host, answer.end, session.noise()))
  return { session, facts: parseFacts(answer.text, host) }
}

async function probeLater(connection: Connection, host: string, question: ProbeQuestion, lost: 'finish' | 'kill') {
  const session = await openSession(connection, { lost })
  try {
    return { session, facts: await probeOn(session, host, question) }
  } catch (error) {
    session.close()
    throw error
  }
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
