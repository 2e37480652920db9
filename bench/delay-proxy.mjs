import { once } from 'node:events'
import { createServer, Socket } from 'node:net'

/**
 * A loopback port that leads to another one as if it were far away: each direction takes `delayMs` longer, and the first
 * byte waits for the TCP handshake as well, as on a real line. There is no limit of bandwidth and no loss.
 */
export async function startDelayProxy(target, delayMs) {
  const links = new Set()
  const counts = { connections: 0, roundTrips: 0, bytesToHost: 0, bytesFromHost: 0 }
  const listener = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    counts.connections += 1
    counts.roundTrips += 1
    const link = join(client, target, delayMs, counts)
    links.add(link)
    client.once('close', () => links.delete(link))
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  return {
    port: listener.address().port,
    /** What has passed since the last time that somebody asked. */
    takeCounts() {
      const taken = { ...counts }
      for (const name of Object.keys(counts)) counts[name] = 0
      return taken
    },
    async stop() {
      for (const link of links) link.cut()
      listener.close()
      await once(listener, 'close')
    },
  }
}

/**
 * A round trip is: the client sends after it has read an answer, and reads the answer to that. So what is sent has a
 * depth, one more than the deepest answer read before, and an answer has the depth of the deepest question before it.
 */
function join(client, target, delayMs, counts) {
  const host = new Socket({ allowHalfOpen: true })
  host.setNoDelay(true)
  const began = performance.now()
  // SYN, SYN and ACK, ACK: one and a half round trips until the host knows of the connection.
  const handshakeMs = delayMs * 3
  const opened = new Promise((resolve) => setTimeout(resolve, handshakeMs)).then(() => {
    host.connect(target, '127.0.0.1')
  })
  const depth = { asked: 0, answered: 0 }
  const untilOpen = () => Math.max(delayMs, handshakeMs - (performance.now() - began))
  forward(client, host, opened, untilOpen, (chunk) => {
    counts.bytesToHost += chunk.length
    const own = depth.answered + 1
    return () => {
      depth.asked = Math.max(depth.asked, own)
    }
  })
  forward(
    host,
    client,
    opened,
    () => delayMs,
    (chunk) => {
      counts.bytesFromHost += chunk.length
      const own = depth.asked
      return () => {
        counts.roundTrips += Math.max(0, own - depth.answered)
        depth.answered = Math.max(depth.answered, own)
      }
    },
  )
  return {
    cut() {
      client.destroy()
      host.destroy()
    },
  }
}

/** `read` is called when a chunk comes in, what it returns when the chunk goes out. */
function forward(from, to, opened, delay, read) {
  const later = (act) => setTimeout(() => opened.then(act), delay())
  from.on('data', (chunk) => {
    const handedOver = read(chunk)
    later(() => {
      if (to.destroyed) return
      handedOver()
      to.write(chunk)
    })
  })
  from.on('end', () => later(() => to.end()))
  from.on('error', () => to.destroy())
  from.on('close', () => later(() => to.destroySoon()))
}
