import type { HealthSpec, InstanceSpec } from '../config/spec.js'
import { untilSuccess } from '../config/wait-command.js'
import type { HealthInput } from '../remote/instance-input.js'
import { render } from '../shell/command.js'
import { instanceContext } from './context.js'
import type { HelperStep, RunStep } from './step.js'

/** What must be so behind a switch: each check is asked from the host until it is, or its time is up. */
export const health = (spec: InstanceSpec, python: string): (HelperStep | RunStep)[] =>
  spec.health.map((check) => (check.kind === 'run' ? runCheck(spec, check) : asked(spec, check, python)))

type Asked = Exclude<HealthSpec, { kind: 'run' }>

function asked({ to, services = [] }: InstanceSpec, check: Asked, python: string): HelperStep {
  const { within, every } = check
  const place = services.length > 0 ? { to } : {}
  return {
    kind: 'helper',
    title: `check health: ${check.kind === 'url' ? check.url : check.title}`,
    lines: [...linesOf(check), `within ${within} s`],
    python,
    action: 'health',
    sealed: check.kind === 'url' && check.headers ? { headers: check.headers } : {},
    input: { ...place, within, every, ...questionOf(check) } satisfies HealthInput,
  }
}

function linesOf(check: Asked): string[] {
  if (check.kind === 'tcp') return []
  const { status, text } = check
  return [
    ...(status === undefined ? [] : [`answers with ${status.join(' or ')}`]),
    ...(text === undefined ? [] : [`holds ${JSON.stringify(text)}`]),
  ]
}

function questionOf(check: Asked): Omit<HealthInput, 'to' | 'within' | 'every'> {
  if (check.kind === 'tcp') return { tcp: [check.host, check.port] }
  const { url, status, text, headers = {} } = check
  const values = Object.entries(headers).map(
    ([name, value]) => [name, typeof value === 'string' ? value : value.value] as const,
  )
  return { url, ...(status && { status }), ...(text !== undefined && { text }), headers: values }
}

function runCheck(spec: InstanceSpec, check: Extract<HealthSpec, { kind: 'run' }>): RunStep {
  const { command, within, every } = check
  const [first = '', ...more] = render(command, 'log').trim().split('\n')
  return {
    kind: 'run',
    title: `check health: ${first}${more.length > 0 ? ' …' : ''}`,
    lines: [`within ${within} s`],
    command: untilSuccess(command, within, every),
    shown: command,
    context: instanceContext(spec),
    retries: 0,
    warnOnly: false,
    // That it was not within its time is better said by the command itself.
    timeout: within + 1,
  }
}
