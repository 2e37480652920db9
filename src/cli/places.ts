import { join, resolve } from 'node:path'
import type { Options } from './options.js'
import type { World } from './world.js'

/** Where venvoy remembers things on the control side. */
export const stateFolder = ({ env, home }: World): string =>
  join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'venvoy')

/** Where venvoy keeps what it can fetch again. */
export const cacheFolder = ({ env, home }: World): string => join(env.XDG_CACHE_HOME || join(home, '.cache'), 'venvoy')

/** Where the records of runs are. */
export const runsFolder = (world: World): string => join(stateFolder(world), 'runs')

/** The config file of an invocation, whether or not it is there. */
export const configPath = ({ cwd }: World, { file = 'deploy.yml' }: Options): string => resolve(cwd, file)
