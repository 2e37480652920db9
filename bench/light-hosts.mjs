// Many light SSH hosts in one process, for tests and figures: real logins, each with a host key of its own, but commands are
// answered by a scripted host and nothing is run. It ends when its stdin does; each further line there gives other
// `ways`, and is answered by how many connections there were at most: { "most": 250 }
//   node bench/light-hosts.mjs TESTING < one line of JSON     TESTING: the built venvoy/testing, dist/testing/index.js
//   { "names": ["web1", …], "first": 0, "port": 0, "user": "deploy", "key": "ssh-ed25519 …", "ways": { "web7": "drop" }, "slowMs": 1000 }
// Each name has a loopback address of its own, from 127.77.0.1 + first on, and if it can be the same port. Prints one line of JSON:
//   { "hosts": [{ "name", "address", "port", "knownHosts" }, …] }
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import ssh2 from 'ssh2'

/** The frame at the end of a step or of a program, behind its first byte: `MARKER e 1 0 0 exit` */
const endFrame = /^\w+ [ep] /

const { scriptedHost } = await import(pathToFileURL(process.argv[2]).href)
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const { names, first, user, key, ways = {}, slowMs = 1000, ...given } = JSON.parse((await lines.next()).value)
const allowed = ssh2.utils.parseKey(key)

let [open, most] = [0, 0]
const hosts = []
for (const [i, name] of names.entries()) {
  const port = hosts[0]?.port ?? given.port ?? 0
  hosts.push(await start(name, addressOf(first + i), port))
}
await behave(ways)
say({ hosts: hosts.map(({ door: _, ...host }) => host) })
for await (const line of lines) say(await behave(JSON.parse(line).ways))
process.exit()

function say(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}

/** Each host from now on as it is said, and well where nothing is. */
async function behave(ways) {
  for (const host of hosts) {
    host.way = ways[host.name]
    const { door, way, port, address } = host
    if (way === 'refuse') door.close()
    else if (!door.listening) await listen(door, port, address)
  }
  return { most }
}

/** 0 → 127.77.0.1, 254 → 127.77.1.1 */
function addressOf(number) {
  return `127.77.${Math.floor(number / 254)}.${(number % 254) + 1}`
}

/**
 * Ways to be, beside well: `slow`, which answers late; `drop`, which cuts the line in the middle of the first command; `silent`, which
 * takes connections and says nothing; `refuse`, where nobody listens.
 */
async function start(name, address, wanted) {
  const hostKey = freshKey()
  let line
  const ssh = new ssh2.Server({ hostKeys: [hostKey.private] }, (connection) => serve(connection, host, line))
  const door = createServer((socket) => {
    if (host.way === 'silent') return void socket.resume().on('error', () => {})
    line = socket.setNoDelay(true)
    open += 1
    most = Math.max(most, open)
    socket.once('close', () => {
      open -= 1
    })
    ssh.injectSocket(socket)
  })
  // Somebody else may have that port.
  const port = await listen(door, wanted, address).catch(() => listen(door, 0, address))
  const [type, blob] = hostKey.public.split(' ')
  const host = { name, address, port, door, knownHosts: `[${address}]:${port} ${type} ${blob}\n` }
  return host
}

function listen(door, port, address) {
  return new Promise((resolve, reject) => {
    door.once('error', reject).listen(port, address, () => resolve(door.address().port))
  })
}

/** ssh2 makes a key now and then that it does not read. */
function freshKey() {
  const made = ssh2.utils.generateKeyPairSync('ed25519')
  return ssh2.utils.parseKey(made.private) instanceof Error ? freshKey() : made
}

function serve(connection, host, line) {
  connection.on('error', () => {})
  connection.on('authentication', (attempt) => {
    if (isAllowed(attempt)) attempt.accept()
    else attempt.reject(['publickey'])
  })
  connection.on('session', (accept) => {
    accept().on('exec', (take, _refuse, { command }) => void run(take(), command, host, line))
  })
}

function isAllowed({ method, username, key: offered, blob, signature, hashAlgo }) {
  if (method !== 'publickey' || username !== user || !allowed.getPublicSSH().equals(offered.data)) return false
  return signature === undefined || allowed.verify(blob, signature, hashAlgo) === true
}

async function run(channel, command, { name, way }, line) {
  const print = (stream, chunk) => void (stream === 'stdout' ? channel : channel.stderr).write(chunk)
  // What is no runner of venvoy's is run by nobody, and well.
  if (!command.startsWith('exec sh ')) {
    if (way === 'slow') await sleep(slowMs)
    channel.exit(0)
    return void channel.end()
  }
  const host = scriptedHost({}, { otherwise: (call) => answer(name, call) })
  const played = await host.open(command, new Uint8Array(), (stream, chunk) => {
    if (way === 'drop') setImmediate(() => line.destroySoon())
    if (way === 'drop' && endFrame.test(Buffer.from(chunk).toString('latin1', 1))) return
    if (way === 'slow') setTimeout(print, slowMs, stream, chunk)
    else print(stream, chunk)
  })
  channel.on('data', (chunk) => void played.write(chunk)).on('end', () => played.end())
  channel.on('error', () => {})
  const { code } = await played.closed
  if (way === 'slow') await sleep(slowMs)
  channel.exit(code)
  channel.end()
}

/** What differs from host to host is its name; one in a hundred is of another release. */
function answer(name, { command }) {
  if (command === 'echo "$VENVOY_HOST"') return name
  if (command === 'cat /etc/debian_version') return name.endsWith('17') ? '11.9' : '12.5'
  return { code: 0 }
}
