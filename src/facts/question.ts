import type { InstanceSpec } from '../config/spec.js'
import type { InstanceQuestion } from './probe.js'

/** What the probe is asked about an instance. `inputs` is the digest that its venv should have been built from. */
export const questionAbout = (
  { name, to, venv, ports, services = [], cron = [], wrappers = [] }: InstanceSpec,
  inputs: string,
): InstanceQuestion => ({
  name,
  to,
  home: venv.home,
  venvName: venv.name,
  python: venv.python,
  ...((venv.with === 'uv' || venv.installer?.name === 'uv') && { uv: true }),
  inputs,
  ...(services.length > 0 && { services: true }),
  ...(cron.length > 0 && { cron: true }),
  ...(wrappers.length > 0 && { wrappers: true }),
  ...(Object.keys(ports).length > 0 && { ports: true }),
})
