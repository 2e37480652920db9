/** The public API: what tasks, the built-in ones included, may use. */

export type { Facts } from './config/facts.js'
export type { HostSpec, InstanceSpec, VenvSpec } from './config/spec.js'
export type { ErrorKind, Failure } from './errors.js'
export { VenvoyError } from './errors.js'
export type { Outcome, Report, RunEvent, TargetResult } from './events.js'
export type { HostFacts, InstanceFacts } from './facts/facts.js'
export { connect, run } from './library/library.js'
export type {
  ConnectedHost,
  ConnectOptions,
  HostLike,
  HostOptions,
  ProgramRunOptions,
} from './library/library-options.js'
export { contents } from './operations/contents.js'
export { assertCron, restoreCron, writeCron } from './operations/cron.js'
export type { Switching } from './operations/current.js'
export { assertSwitchable, switchBack, switchTo } from './operations/current.js'
export { files } from './operations/files.js'
export { health } from './operations/health.js'
export { afterSwitch, beforeSwitch } from './operations/hooks.js'
export { assertOurs, instanceLink, link } from './operations/link.js'
export { assertPortsFree, takePorts } from './operations/ports.js'
export { release } from './operations/release.js'
export { removeInstance } from './operations/remove.js'
export { retire } from './operations/retire.js'
export { retireVenvs } from './operations/retire-venvs.js'
export type { Rollback } from './operations/rollback.js'
export { checkRelease, rollbackOf } from './operations/rollback.js'
export { keeperNotes } from './operations/service-keeper.js'
export { actOnServices, mendServices, restartServices } from './operations/services.js'
export type { Settings } from './operations/settings.js'
export { settingsOf } from './operations/settings.js'
export { stateOf } from './operations/state.js'
export type { Step } from './operations/step.js'
export type { Tree } from './operations/tree.js'
export { venv } from './operations/venv.js'
export type { VenvRollback } from './operations/venv-rollback.js'
export { checkVenv, renewRelease, venvRollbackOf } from './operations/venv-rollback.js'
export { assertWrappers, restoreWrappers, writeWrappers } from './operations/wrappers.js'
export type { Given, Phases, Place, Procedure } from './plan/procedure.js'
export { procedure } from './plan/procedure.js'
export type { ArgsOf, GivenTo, Param, Params } from './run/param.js'
export { param } from './run/param.js'
export type {
  DownloadOptions,
  FileContext,
  FileOptions,
  FileResult,
  NoParams,
  RunOptions,
  RunResult,
  Task,
  TaskContext,
  TaskNeed,
  TaskOptions,
  TaskTargets,
  TemplateOptions,
  UploadOptions,
  WaitFor,
} from './run/task.js'
export { task } from './run/task.js'
export type { Command, Secret, Word } from './shell/command.js'
export { all, exec, path, pipe, secret, shell } from './shell/command.js'
export type { ShellKind } from './shell/context.js'
export type { Ask, Connection } from './transport/transport.js'
