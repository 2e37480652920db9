import type { Command, Word } from '../shell/command.js'

/** What cron runs for an instance. */
export interface CronSpec {
  readonly name: string
  /** As in a crontab: five fields, or `@daily`. */
  readonly at: string
  readonly command: Command
  /** Over the env of the instance. */
  readonly env: Readonly<Record<string, Word>>
}
