import * as z from 'zod'
import { duration, env, name, text } from './values.js'

/** The names of signals that end a process in good order. */
const signals = ['TERM', 'INT', 'QUIT', 'HUP', 'USR1', 'USR2'] as const

const restarts = ['always', 'on-failure', 'no'] as const

const serviceKeepers = ['auto', 'systemd-user', 'systemd-system', 'supervisor', 'pidfile'] as const

/** A service as a map. */
export const service = z
  .strictObject({
    run: text.describe('The command, in the code and the venv of the release that serves.'),
    env: env.optional().describe('Env variables of this service, over those of the instance.'),
    stop_signal: z.enum(signals).optional().describe('What asks it to end. Default: `TERM`.'),
    stop_timeout: duration.optional().describe('How long it may take to end before it is killed. Default: `30s`.'),
    restart: z
      .enum(restarts)
      .optional()
      .describe('When its manager starts it again; `pidfile` never does. Default: `always`.'),
  })
  .meta({ id: 'service', description: 'A process that runs as long as the instance serves. Text is its `run` alone.' })

export const services = z.record(name, z.union([text, service, z.null()]))

/** What keeps services running. */
export const serviceKeeper = z.union([
  z.enum(serviceKeepers),
  z
    .strictObject({
      use: z.enum(serviceKeepers).describe('One of these kinds.'),
      config: text
        .optional()
        .describe('With `supervisor`: its supervisord.conf. Default: where it looks for it itself.'),
    })
    .meta({ id: 'service_manager', description: 'What keeps services running. Text is its `use` alone.' }),
])
