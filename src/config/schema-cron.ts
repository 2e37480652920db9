import * as z from 'zod'
import { env, name, text } from './values.js'

/** A line of cron as a map. */
export const cronJob = z
  .strictObject({
    at: text.describe('When: the five fields of a crontab, or `@daily` and the like.'),
    run: text.describe('The command, in the code and the venv of the release that serves.'),
    env: env.optional().describe('Env variables of this command, over those of the instance.'),
    name: name.optional().describe('What it is called. Default: its number in the list.'),
  })
  .meta({
    id: 'cron',
    description: 'A command at certain times. As text: `*/5 * * * *  python manage.py send_queued`.',
  })

export const cron = z.array(z.union([text, cronJob]))
