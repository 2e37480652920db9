/** The public API: what tasks, the built-in ones included, may use. */

export type { ErrorKind, Failure } from './errors.js'
export { VenvoyError } from './errors.js'
export type { Outcome, Report, RunEvent, TargetResult } from './events.js'
export type { RunOptions, RunResult, Task, TaskContext, TaskTargets } from './run/task.js'
export { task } from './run/task.js'
export type { Command, Secret, Word } from './shell/command.js'
export { all, exec, path, pipe, secret, shell } from './shell/command.js'
export type { ShellKind } from './shell/context.js'
