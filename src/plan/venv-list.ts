import type { InstanceSpec } from '../config/spec.js'
import type { HostFacts, VenvListing } from '../facts/facts.js'
import { noQuestion, type ProbeQuestion } from '../facts/probe.js'
import { questionAbout } from '../facts/question.js'
import { stateOf } from '../operations/state.js'
import { linkProblem } from './status.js'

/** What the columns of `venvoy venv list` are called; rows are `listVenvs`. */
export const listColumns = ['host', 'venv', 'python', 'made by', 'problem', 'leads to'] as const

/** What `venv list` asks a host that is to have these instances. */
export const listQuestion = (specs: readonly InstanceSpec[]): ProbeQuestion => ({
  ...noQuestion,
  venvHomes: specs.length > 0 ? [...new Set(specs.map(({ venv }) => venv.home))] : ['~/.virtualenvs'],
  instances: specs.map((spec) => questionAbout(spec, '')),
})

/** The venvs in the WORKON_HOMEs of a host, and those of instances that serve but are not there. */
export function listVenvs(host: string, facts: HostFacts, specs: readonly InstanceSpec[]): string[][] {
  const wanted = specs.map((spec) => ({ spec, state: stateOf(spec, facts) }))
  const isListed = ({ home, name }: Place) => facts.venvs.some((each) => each.home === home && each.name === name)
  const lost = wanted
    .map(({ spec, state }) => ({ home: state.home, name: spec.venv.name, state }))
    .filter((each) => each.state.current !== undefined && !isListed(each))
  const rows = facts.venvs.map((listing) => {
    const own = wanted.find(({ spec, state }) => state.home === listing.home && spec.venv.name === listing.name)
    const serves = own?.state.current !== undefined
    const problem = listing.problem ?? (serves ? linkProblem(own.state) : undefined) ?? lostReceipt(listing)
    return [host, listing.name, listing.version ?? '', maker(listing), problem ?? '', listing.link ?? '']
  })
  return [...rows, ...lost.map(({ name, state }) => [host, name, '', '', linkProblem(state) ?? 'leads nowhere', ''])]
}

interface Place {
  readonly home: string
  readonly name: string
}

/** A link of ours is known by where it leads, also where nothing is there any more. */
const isOurLink = ({ home, link }: VenvListing): boolean =>
  link !== undefined && (link.startsWith(`${home}/.venvoy/`) || link.endsWith('/current/venv'))

const maker = (listing: VenvListing): string => (listing.ours || isOurLink(listing) ? 'venvoy' : 'hand')

const lostReceipt = (listing: VenvListing): string | undefined =>
  isOurLink(listing) && !listing.ours ? 'has no receipt any more' : undefined
