import * as z from 'zod'
import { releaseTemplate } from './schema-file-step.js'
import { health } from './schema-health.js'
import { steps } from './schema-step.js'
import { wrapper } from './schema-wrapper.js'
import { amount, amounts, flag, releases, text, texts } from './values.js'

/** How a release gets to serve. */
export const deploy = z
  .strictObject({
    to: text
      .optional()
      .describe(
        "The instance's folder on the host. Default: `{{ project }}-{{ instance }}` in `venv.project_home`, or in `~/apps`.",
      ),
    shared: texts
      .optional()
      .describe('Files and folders (`media/`) of the tree that all releases share, in `shared` of the instance.'),
    templates: z
      .array(releaseTemplate)
      .optional()
      .describe('Texts with values put in, as files of each release, before `before_switch`.'),
    wrappers: z
      .array(wrapper)
      .optional()
      .describe('Programs on the host, for people and other programs, that lead into the release that serves.'),
    serial: amounts
      .optional()
      .describe('Hosts at once, as `2`, `25%` or `[1, 25%]`: one batch after the other. Default: all, with a barrier.'),
    max_failures: amount.optional().describe('How many failed hosts are enough: `2`, or `25%` of them. Default: 1.'),
    writable: flag
      .optional()
      .describe(
        'Whether programs may write into the files of a release: each release then has copies of its own. Default: `false`.',
      ),
    keep: releases.optional().describe('How many releases stay on a host. Default: 5.'),
    via: z
      .enum(['control', 'host'], 'should be control or host')
      .optional()
      .describe(
        'Who reads a git source: `control` sends files from here; with `host`, the host fetches by its own git. Default: `control`.',
      ),
    before_switch: steps.optional().describe('Steps in the new release and its venv, before it serves.'),
    after_switch: steps.optional().describe('Steps in the new release and its venv, once it serves.'),
    health: z
      .union([health, z.array(health).min(1, 'should have a check')])
      .optional()
      .describe('What must be so behind the switch; otherwise it is switched back. One check, or a list.'),
  })
  .meta({ id: 'deploy', description: 'How a release gets to serve.' })
