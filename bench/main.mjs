// The figures that venvoy is held to, each against its reference in the same run. bench/README.md says what they mean.
//   npm run bench [-- NAME…] [--runs N] [--quick] [--peers NAME,… | --no-peers] [--profile] [--save]
//   npm run bench -- --check [--update]
import { parseArgs } from 'node:util'
import { figureNames, longFigures, runFigures } from './bench.mjs'
import { check } from './check.mjs'
import { peerNames } from './peers/peers.mjs'

const usage = `npm run bench [-- NAME…] [--runs N] [--quick] [--peers NAME,… | --no-peers] [--profile] [--save]
npm run bench -- --check [--update]
figures: ${figureNames.join(' ')}
peers: ${peerNames.join(' ')}
`

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    quick: { type: 'boolean', default: false },
    peers: { type: 'string', default: peerNames.join(',') },
    'no-peers': { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const most = values.quick ? figureNames.filter((name) => !longFigures.includes(name)) : figureNames
const names = positionals.length > 0 ? positionals : most
const peers = values['no-peers'] ? [] : values.peers.split(',')
const runs = Number(values.runs ?? (values.quick ? 3 : 5))
const unknown = [
  ...names.filter((name) => !figureNames.includes(name)),
  ...peers.filter((name) => !peerNames.includes(name)),
  ...(Number.isInteger(runs) && runs > 0 ? [] : ['--runs']),
]

if (values.help) process.stdout.write(usage)
else if (unknown.length > 0) fail(`${unknown.join(', ')}?\n${usage}`, 2)
else if (values.check) await compareWithRecorded()
else await runFigures(names, { runs, isQuick: values.quick, peers, isProfiled: values.profile, isSaved: values.save })

async function compareWithRecorded() {
  const { text, isFine } = await check({ isUpdate: values.update })
  process.stdout.write(text)
  if (!isFine) process.exitCode = 1
}

function fail(text, code) {
  process.stderr.write(text)
  process.exitCode = code
}
