import type { Keeper, ServiceSpec } from '../config/service-spec.js'

/** What a unit is about. */
export interface UnitOf {
  /** The instance's folder, absolute. */
  readonly to: string
  /** `blog-staging-web` */
  readonly name: string
  readonly service: ServiceSpec
  /** Whom a process of the system is to belong to. */
  readonly user: string
  readonly home: string
  /** Whether the stop signal goes to all processes at once, because a shell may stand in front of the others. */
  readonly all: boolean
}

/** The file of a unit: its name and text; the text says nothing of a release. Nothing where the manager needs none. */
export function unitOf(manager: Keeper, unit: UnitOf): { name: string; text: string } {
  if (manager === 'pidfile') return { name: '', text: '' }
  if (manager === 'supervisor') return { name: `${unit.name}.conf`, text: program(unit) }
  return { name: `${unit.name}.service`, text: systemd(unit, manager === 'systemd-user') }
}

function systemd({ to, name, service, user, all }: UnitOf, isUsers: boolean): string {
  const { stopSignal, stopTimeout, restart } = service
  return lines(
    `# A service of ${to}, written by venvoy.`,
    '[Unit]',
    `Description=${name}`,
    ...(isUsers ? [] : ['After=network.target']),
    '',
    '[Service]',
    `ExecStart=${programWord(`${to}/run`)} ${service.name}`,
    ...(isUsers ? [] : [`User=${user}`]),
    `Restart=${restart}`,
    'RestartSec=1',
    `KillSignal=SIG${stopSignal}`,
    `KillMode=${all ? 'control-group' : 'mixed'}`,
    `TimeoutStopSec=${stopTimeout}`,
    `SyslogIdentifier=${name}`,
    '',
    '[Install]',
    `WantedBy=${isUsers ? 'default.target' : 'multi-user.target'}`,
  )
}

function program({ to, name, service, user, home, all }: UnitOf): string {
  const { stopSignal, stopTimeout, restart } = service
  const restarts = { always: 'true', 'on-failure': 'unexpected', no: 'false' }
  return lines(
    `; A service of ${to}, written by venvoy.`,
    `[program:${name}]`,
    `command=${programWord(`${to}/run`)} ${service.name}`,
    'autostart=true',
    `autorestart=${restarts[restart]}`,
    'startsecs=1',
    `stopsignal=${stopSignal}`,
    `stopwaitsecs=${Math.ceil(stopTimeout)}`,
    `stopasgroup=${all}`,
    'killasgroup=true',
    `user=${user}`,
    `environment=HOME="${escaped(home)}",USER="${user}",LOGNAME="${user}"`,
    'redirect_stderr=true',
    `stdout_logfile=${escaped(`${to}/.venvoy/log/${service.name}`)}`,
    'stdout_logfile_maxbytes=10MB',
    'stdout_logfile_backups=1',
  )
}

const lines = (...all: readonly string[]): string => `${all.join('\n')}\n`

/** A program as both managers read it: `/srv/a b` is `"/srv/a b"`. Neither fills in a `$` there. */
const programWord = (text: string): string =>
  // `/srv/blog-1.4/run`
  escaped(/^[\w@/.,:+=%-]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, '\\$&')}"`)

/** In the files of both, % begins what they fill in. */
const escaped = (text: string): string => text.replaceAll('%', '%%')
