import * as z from 'zod'
import { duration, env, flag, text, texts } from './values.js'

/** What surrounds a command; the same keys on a step, a list of steps and a task. */
const context = {
  prefix: texts
    .optional()
    .describe('Commands that must succeed in the same shell before the command: `workon blog`. One, or a list.'),
  cd: text.optional().describe('The folder to run in. A relative one continues the outer one.'),
  env: env.optional().describe('Env variables, over those of the target.'),
  path: texts.optional().describe('Folders put in front of PATH. One, or a list.'),
  user: text.optional().describe('The user to run as, by `sudo -n`.'),
  shell: z
    .enum(['sh', 'bash', 'login'])
    .optional()
    .describe('Which shell reads the command; `login` is a bash that reads `.profile` first. Default: `sh`.'),
  hooks: flag.optional().describe("Whether `workon` runs virtualenvwrapper's hooks. Default: `false`."),
  timeout: duration
    .optional()
    .describe('How long one command may take: `30s`, `5m`, `1h`, or seconds. Default: no limit.'),
  retries: z
    .int()
    .min(0, 'should not be negative')
    .max(100, 'should be at most 100')
    .optional()
    .describe('How often a command that fails is tried again. Default: `0`.'),
  warn_only: flag.optional().describe('Whether a failure is only a warning. Default: `false`.'),
  once: flag.optional().describe('Run on the first host of the instance only. Default: `false`.'),
  title: text.optional().describe('What people read while it runs. Default: the command.'),
}

const command = {
  run: z
    .lazy(() => work)
    .optional()
    .describe('A command for the shell, or a list of steps, nested as deep as one likes.'),
  sudo: z
    .lazy(() => work)
    .optional()
    .describe('The same as `run` with `user: root`.'),
}

export const stepKeys = [...Object.keys(command), ...Object.keys(context)]
export const taskKeys = ['desc', 'on', ...stepKeys]

type ContextInput = z.input<z.ZodObject<typeof context>>

/** A step as written: what to run, and the context it says itself. */
export interface StepMap extends ContextInput {
  run?: WorkInput | undefined
  sudo?: WorkInput | undefined
}
export type StepInput = string | StepMap
type WorkInput = string | StepInput[]

const oneOf = { oneOf: [{ required: ['run'] }, { required: ['sudo'] }] }
const hasOne = (step: { run?: unknown; sudo?: unknown }) => (step.run === undefined) !== (step.sudo === undefined)
const oneOfSentence = 'needs exactly one of run and sudo'

const stepMap: z.ZodType<StepMap, StepMap> = z
  .strictObject({ ...command, ...context })
  .refine(hasOne, oneOfSentence)
  .meta({ id: 'step', description: 'What to run, and the context keys beside it.', ...oneOf })

const step: z.ZodType<StepInput, StepInput> = z.union([text, stepMap])

export const steps = z
  .array(step)
  .min(1, 'should have a step')
  .meta({ id: 'steps', description: 'Steps, one after the other.' })

const work: z.ZodType<WorkInput, WorkInput> = z.union([text, steps])

/** A task as written in full: a step with a description and its targets. */
export interface TaskMap extends StepMap {
  desc?: string | undefined
  on?: string | string[] | undefined
}

const taskMap: z.ZodType<TaskMap, TaskMap> = z
  .strictObject({
    desc: text.optional().describe('What it is for: shown by `venvoy list`.'),
    on: texts
      .optional()
      .describe('Where it runs: `instances`, `hosts`, or names of instances, hosts and groups. Default: `instances`.'),
    ...command,
    ...context,
  })
  .refine(hasOne, oneOfSentence)
  .meta({ id: 'task', description: 'A step with a description and its targets.', ...oneOf })

/** A command, a list of steps, or a step with a description and its targets. */
export const task = z.union([text, steps, taskMap])

export type TaskInput = z.input<typeof task>
