// The bare loop that a fan-out is measured against: log in with a key parsed once, look the host's key up, run `true`, leave.
//   node bench/ssh2-loop.mjs HOSTS.json KEY KNOWN_HOSTS AT-ONCE     HOSTS.json: [{ "address", "port", "user" }, …]
import { readFileSync } from 'node:fs'
import ssh2 from 'ssh2'

const [hostsFile, keyFile, knownHostsFile, atOnce] = process.argv.slice(2)
const hosts = JSON.parse(readFileSync(hostsFile, 'utf8'))
const key = ssh2.utils.parseKey(readFileSync(keyFile))
const known = new Map(
  readFileSync(knownHostsFile, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([name, , blob]) => [name, blob]),
)

const waiting = [...hosts]
await Promise.all(Array.from({ length: Number(atOnce) }, work))
process.stdout.write(`${hosts.length} hosts\n`)

async function work() {
  for (let host = waiting.shift(); host !== undefined; host = waiting.shift()) await visit(host)
}

function visit({ address, port, user }) {
  return new Promise((resolve, reject) => {
    const client = new ssh2.Client()
    client.once('connect', () => client.setNoDelay(true))
    client.once('error', reject)
    client.once('ready', () =>
      client.exec('true', (error, channel) => {
        if (error) return reject(error)
        channel.resume().stderr.resume()
        channel.once('close', (code) => {
          client.end()
          if (code === 0) resolve()
          else reject(new Error(`${address}: ${code}`))
        })
      }),
    )
    client.connect({
      host: address,
      port,
      username: user,
      authHandler: [{ type: 'publickey', username: user, key }],
      hostVerifier: (given) => known.get(`[${address}]:${port}`) === given.toString('base64'),
    })
  })
}
