import type { LockRequest } from '../operations/deploy-lock.js'
import type { Options } from './options.js'
import type { World } from './world.js'

/** How this invocation asks for deploy locks. */
export const lockRequest = ({ user, hostname }: World, command: string, { lockWait = 0 }: Options): LockRequest => ({
  by: `${user}@${hostname}`,
  command,
  wait: lockWait,
})
