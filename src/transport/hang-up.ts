import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Client } from 'ssh2'

/** Says good-bye and makes sure that nothing keeps the process alive. */
export function hangUp(client: Client, line: Duplex | undefined): void {
  client.end()
  if (line !== undefined && 'destroySoon' in line) (line as Socket).destroySoon()
  else line?.destroy()
  // A host that reads nothing any more must not hold up our end.
  setTimeout(() => line?.destroy(), 1000).unref()
}
