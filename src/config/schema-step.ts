import * as z from 'zod'
import type { WrittenNeed } from './needs.js'
import type { Scalar } from './scalar.js'
import { type FileStepInput, fileSteps } from './schema-file-step.js'
import { listOf } from './suggest.js'
import {
  amount,
  amounts,
  duration,
  env,
  exitCode,
  flag,
  looseText,
  paramName,
  portNumber,
  registerName,
  scalar,
  secretOnly,
  text,
  texts,
} from './values.js'

/** What surrounds a command; the same keys on a step, a list of steps and a task. */
const context = {
  prefix: texts
    .optional()
    .describe('Commands that must succeed in the same shell before the command: `workon blog`. One, or a list.'),
  cd: text.optional().describe('The folder to run in. A relative one continues the outer one.'),
  env: env.optional().describe('Env variables, over those of the target.'),
  path: texts.optional().describe('Folders put in front of PATH. One, or a list.'),
  user: text.optional().describe('The user to run as, by sudo.'),
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
  ok_codes: z
    .array(exitCode)
    .min(1, 'should have a code')
    .optional()
    .describe('The exit codes of success. Default: `[0]`.'),
  delay: duration.optional().describe('The time between two tries. Default: `1s` with `until`, none without.'),
  when: text
    .optional()
    .describe('Run only if this holds: `facts.os == "debian" and results.check.code in [0, 2]`. Default: always.'),
  loop: z
    .array(z.union([scalar, z.record(z.string(), scalar)]))
    .optional()
    .describe('Once for each item, in order: `{{ item }}` and $VENVOY_ITEM; of a map, `{{ item.name }}`.'),
  always: flag.optional().describe('Run even after a failure, a cancel or a lost connection. Default: `false`.'),
  once: flag.optional().describe('Run on the first host of the instance only. Default: `false`.'),
  title: text.optional().describe('What people read while it runs. Default: the command.'),
}

const told = z.record(paramName, scalar)

/** What only `task` can have. */
const call = {
  with: told.optional().describe('With `task`: what it is told, by the names of its `params`: `{ version: "1.4" }`.'),
}

/** What only a single command can have. */
const single = {
  register: registerName
    .optional()
    .describe('Keep the result for later conditions, as `results.NAME.stdout`, `.stderr`, `.code`, `.ok`, `.changed`.'),
  stdin: z
    .union([z.string(), secretOnly])
    .optional()
    .describe('What the command reads, also `!secret NAME`; a newline ends it. Default: nothing.'),
  pty: flag.optional().describe('Whether the command gets a terminal, for those that insist on one. Default: `false`.'),
  answers: z
    .record(text, z.union([scalar, secretOnly]))
    .optional()
    .describe('With `pty`: what is typed when a text appears, also `!secret NAME`: `{ "Continue?": "yes" }`.'),
  until: text.optional().describe('Try again, at most `retries` times, until this holds: `ok and "ready" in stdout`.'),
}

const wait = z
  .strictObject({
    port: z.union([portNumber, text]).optional().describe('A port that takes connections: `8001`, or `db1:5432`.'),
    url: text.optional().describe('A URL that answers well.'),
    command: text.optional().describe('A command that succeeds.'),
    seconds: z.number().positive('should be more than 0').optional().describe('That many seconds.'),
    within: duration.optional().describe('How long to wait before it counts as failed. Default: `60s`.'),
  })
  .refine(
    ({ port, url, command, seconds }) =>
      [port, url, command, seconds].filter((each) => each !== undefined).length === 1,
    'needs exactly one of port, url, command and seconds',
  )
  .meta({ id: 'wait', description: 'What to wait for, looked at from the host.' })

export type WaitInput = z.input<typeof wait>

const command = {
  run: z
    .lazy(() => work)
    .optional()
    .describe('A command for the shell, or a list of steps, nested as deep as one likes.'),
  sudo: z
    .lazy(() => work)
    .optional()
    .describe('The same as `run` with `user: root`.'),
  local: text
    .optional()
    .describe(
      'A command on this machine, in the folder of this file, once for each target. It gets the env of the step.',
    ),
  confirm: text.optional().describe('A question, asked once before going on. `--yes` answers it.'),
  wait: wait.optional().describe('Wait for something on the host.'),
  task: text.optional().describe('The steps of another task, in place.'),
  ...fileSteps,
}

export const stepKeys = [...Object.keys(command), ...Object.keys(call), ...Object.keys(single), ...Object.keys(context)]
export const taskKeys = ['desc', 'on', 'serial', 'max_failures', 'params', 'needs', ...stepKeys]

type ContextInput = z.input<z.ZodObject<typeof context>> & z.input<z.ZodObject<typeof single>>

/** A step as written: what to do, and the context it says itself. */
export interface StepMap extends ContextInput, FileStepInput {
  run?: WorkInput | undefined
  sudo?: WorkInput | undefined
  local?: string | undefined
  confirm?: string | undefined
  wait?: WaitInput | undefined
  task?: string | undefined
  with?: Record<string, Scalar> | undefined
}
export type StepInput = string | StepMap
type WorkInput = string | StepInput[]

const kinds = Object.keys(command) as readonly (keyof typeof command)[]
const oneOf = { oneOf: kinds.map((kind) => ({ required: [kind] })) }
const hasOne = (step: Partial<Record<keyof typeof command, unknown>>) =>
  kinds.filter((kind) => step[kind] !== undefined).length === 1
const oneOfSentence = `needs exactly one of ${listOf([...kinds], 'and')}`

const stepMap: z.ZodType<StepMap, StepMap> = z
  .strictObject({ ...command, ...call, ...single, ...context })
  .refine(hasOne, oneOfSentence)
  .meta({ id: 'step', description: 'What to run, and the context keys beside it.', ...oneOf })

const step: z.ZodType<StepInput, StepInput> = z.union([text, stepMap])

export const steps = z
  .array(step)
  .min(1, 'should have a step')
  .meta({ id: 'steps', description: 'Steps, one after the other.' })

const work: z.ZodType<WorkInput, WorkInput> = z.union([text, steps])

/** A parameter as written. */
export const param = z
  .strictObject({
    type: z
      .enum(['string', 'number', 'flag'])
      .optional()
      .describe('What it is; a `flag` is on or off. Default: what `default` or `choices` are, else `string`.'),
    required: flag.optional().describe('Whether the task cannot run without it. Default: `false`.'),
    default: z.union([z.string(), z.number(), z.boolean()]).optional().describe('Its value when it is not given.'),
    choices: z.array(looseText).min(1, 'should have a choice').optional().describe('The values that it can have.'),
    help: text.optional().describe('What it is for: shown by `venvoy run TASK --help`.'),
  })
  .meta({ id: 'param', description: 'A parameter of a task.' })

type ParamInput = z.input<typeof param>

/** A task as written in full: a step with a description and its targets. */
export interface TaskMap extends StepMap {
  desc?: string | undefined
  on?: string | string[] | undefined
  serial?: number | string | (number | string)[] | undefined
  max_failures?: number | string | undefined
  params?: Record<string, ParamInput | null> | undefined
  needs?: WrittenNeed | WrittenNeed[] | undefined
}

const need = z.union([
  text,
  z
    .strictObject({
      task: text.describe('The task that is needed.'),
      with: told.optional().describe('What it is told; `{{ params.NAME }}` here is of the task that needs it.'),
    })
    .meta({ id: 'need', description: 'A task that runs before another, and what it is told.' }),
])

const taskMap: z.ZodType<TaskMap, TaskMap> = z
  .strictObject({
    desc: text.optional().describe('What it is for: shown by `venvoy list`.'),
    on: texts
      .optional()
      .describe('Where it runs: `instances`, `hosts`, or names of instances, hosts and groups. Default: `instances`.'),
    serial: amounts
      .optional()
      .describe('Hosts at once, as `2`, `25%` or `[1, 25%]`: one batch after the other. Default: all.'),
    max_failures: amount
      .optional()
      .describe('With how many failed hosts it stops: `2`, or `25%` of them. Default: with `serial` 1, else never.'),
    params: z
      .record(paramName, z.union([param, z.null()]))
      .optional()
      .describe('What it is told, as in `venvoy run release --version 1.4`: `{{ params.version }}`.'),
    needs: z
      .union([need, z.array(need)])
      .optional()
      .describe('Tasks that run before it, once a run for each thing they are told. One, or a list.'),
    ...command,
    ...call,
    ...single,
    ...context,
  })
  .refine(hasOne, oneOfSentence)
  .meta({ id: 'task', description: 'A step with a description and its targets.', ...oneOf })

/** A command, a list of steps, or a step with a description and its targets. */
export const task = z.union([text, steps, taskMap])

export type TaskInput = z.input<typeof task>
