import * as z from 'zod'
import { duration, httpStatus, portNumber, secretOnly, text } from './values.js'

const kinds = ['url', 'tcp', 'run'] as const

/** A health check as written. */
export const health = z
  .strictObject({
    url: text
      .optional()
      .describe('A URL, asked from the host: `http://127.0.0.1:{{ port }}/healthz`. Redirects are not followed.'),
    tcp: z
      .union([portNumber, text])
      .optional()
      .describe('A port that takes connections: `8001`, or `127.0.0.1:{{ port }}`.'),
    run: text.optional().describe('A command that succeeds, in the context of the instance.'),
    within: duration.optional().describe('How long it may take until all is well. Default: `30s`.'),
    every: duration.optional().describe('The time between two tries. Default: `1s`.'),
    status: z
      .union([httpStatus, z.array(httpStatus).min(1, 'should have a status')])
      .optional()
      .describe('With `url`: the statuses that are good. Default: 200 to 299.'),
    text: text.optional().describe('With `url`: what the answer must hold.'),
    headers: z
      .record(text, z.union([text, secretOnly]))
      .optional()
      .describe('With `url`: what is sent along, also `!secret NAME`: `{ Host: blog.example.com }`.'),
  })
  .refine(
    (check) => kinds.filter((kind) => check[kind] !== undefined).length === 1,
    'needs exactly one of url, tcp and run',
  )
  .meta({
    id: 'health',
    description: 'What must be so behind a switch; otherwise it is switched back.',
    oneOf: kinds.map((kind) => ({ required: [kind] })),
  })

export type HealthInput = z.input<typeof health>
