import * as z from 'zod'
import type { Path } from './diagnostic.js'
import { partOf } from './part.js'
import { cron, cronJob } from './schema-cron.js'
import { deploy } from './schema-deploy.js'
import { fileKeysOf, releaseTemplate } from './schema-file-step.js'
import { health } from './schema-health.js'
import { service, serviceKeeper, services } from './schema-service.js'
import { param, stepKeys, task, taskKeys } from './schema-step.js'
import { hooks, installer, venv } from './schema-venv.js'
import { wrapper } from './schema-wrapper.js'
import {
  digest,
  env,
  instancePort,
  looseText,
  name,
  namePattern,
  port,
  portName,
  secretKeyName,
  secretMap,
  secretOnly,
  sshTransport,
  stripCount,
  text,
  texts,
  vars,
  writtenSecret,
} from './values.js'

/** deploy.yml as written: the one source of validation, of JSON Schema and of the reference. */

const host = z
  .strictObject({
    address: text.optional().describe('Name or IP address; `local`: this machine, without SSH. Default: its name.'),
    port: port.optional().describe('The SSH port. Default: as ssh_config says.'),
    user: text.optional().describe('The user to log in as. Default: as ssh_config says.'),
    identity_file: text.optional().describe('The private key to log in with. Default: as ssh_config says.'),
    jump: text.optional().describe('The host to go through: a host of this file, or `user@address:port`.'),
    transport: sshTransport.optional().describe("`ssh2`, or the system's `ssh`. Default: auto, ssh where ssh2 cannot."),
    sudo_password: secretOnly.optional().describe('What sudo is told there if it asks, over that of its groups.'),
    env: env.optional().describe('Env variables of all commands on this host, over those of its groups.'),
    vars: vars.optional().describe('Values for `{{ }}` on this host, over those of its groups.'),
  })
  .meta({ id: 'host', description: 'A machine. What is not said comes from ssh_config.' })

const group = z
  .strictObject({
    hosts: texts.describe('Hosts and other groups.'),
    sudo_password: secretOnly.optional().describe('What sudo is told there if it asks, over the top-level one.'),
    env: env.optional().describe('Env variables of all commands on these hosts, over the top-level ones.'),
    vars: vars.optional().describe('Values for `{{ }}` on these hosts, over the top-level ones.'),
  })
  .meta({ id: 'group', description: 'A named set of hosts. A list of names is the same as `hosts` alone.' })

/** A plain one would let anybody on the way say whom we log in to: only this machine is asked so. */
const secureUrl = /^(?:https:\/\/[^\s/?#]+|http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?=[:/]))\S*$/i

const kindsOfInventory = ['ssh_config', 'command', 'ansible', 'url'] as const

/** Where further hosts come from. */
export const inventory = z
  .strictObject({
    ssh_config: texts.optional().describe('The hosts that ssh_config names and that are called so: `web*`, or a list.'),
    command: text
      .optional()
      .describe('A command here that prints JSON: a list of hosts, or what Ansible’s `--list` gives.'),
    ansible: text
      .optional()
      .describe('An inventory file of Ansible’s, beside this file: INI, or YAML if it is called so.'),
    url: text
      .regex(secureUrl, 'should be an https:// URL')
      .regex(/^[^/]*\/\/[^/?#@]*(?:[/?#]|$)/, 'should hold no password: headers: { Authorization: !secret NAME }')
      .optional()
      .describe('An `https://` URL that answers with such JSON as a command prints.'),
    headers: z
      .record(text, z.union([text, secretOnly]))
      .optional()
      .describe('With `url`: what is sent along, also `!secret NAME`: `{ Authorization: !secret INVENTORY_TOKEN }`.'),
    group: name.optional().describe('A group that all these hosts are in.'),
  })
  .refine(
    (each) => kindsOfInventory.filter((kind) => each[kind] !== undefined).length === 1,
    'needs exactly one of ssh_config, command, ansible and url',
  )
  .refine((each) => each.headers === undefined || each.url !== undefined, {
    error: 'goes with url',
    path: ['headers'],
  })
  .meta({
    id: 'inventory',
    description: 'Where further hosts and groups come from. What this file says goes over it.',
    oneOf: kindsOfInventory.map((kind) => ({ required: [kind] })),
  })

const source = z
  .strictObject({
    git: text.optional().describe('The URL of a git repository, as `git clone` takes it.'),
    ref: looseText.optional().describe('The branch, tag or commit, for `git`. Default: `HEAD`, the default branch.'),
    subdirectory: text.optional().describe('The part of the repository that is the project. Default: all.'),
    svn: text
      .optional()
      .describe('The URL of a folder in a Subversion repository: `https://svn.example.com/blog/trunk`.'),
    revision: looseText
      .optional()
      .describe('The revision, for `svn`: a number, `HEAD`, or `"{2026-01-31}"`. Default: `HEAD`.'),
    path: text.optional().describe('A folder here, beside this file.'),
    ignore: z.array(text).optional().describe('What of the folder is left out, as in a .gitignore, for `path`.'),
    archive: text.optional().describe('A tar or zip archive here, beside this file, or an `https://` URL.'),
    strip: stripCount
      .optional()
      .describe('How many folders in front of each path are taken away, for `archive`. Default: 0.'),
    sha256: digest.optional().describe('What the archive must have; for a URL it is required.'),
    user: text.optional().describe('The name to log in with, for `git` and `archive` by https, and for `svn`.'),
    password: secretOnly.optional().describe('The password that goes with it: `!secret NAME`.'),
  })
  .meta({ id: 'source', description: 'Where the code comes from: `git`, `svn`, `path` or `archive`.' })

const ofTarget = {
  source: z.union([text, source]).optional().describe('Where the code comes from; text is the `path` of a folder.'),
  venv: venv.optional().describe('The venv of each instance.'),
  env: env.optional().describe('Env variables of the commands of instances. Secrets: `!secret NAME`.'),
  vars: vars.optional().describe('Values for `{{ }}`, also in the env as VENVOY_VAR_ and the name.'),
  deploy: deploy.optional().describe('How a release gets to serve.'),
  services: services
    .optional()
    .describe('Processes that run as long as an instance serves, by name: a command, or a map; nothing: none there.'),
  cron: cron
    .optional()
    .describe('Commands at certain times, in the crontab of the user who deploys: `*/5 * * * *  COMMAND`, or a map.'),
  service_manager: serviceKeeper
    .optional()
    .describe('What keeps them running. Default: `auto`, the first that the host has.'),
}

const instance = z
  .strictObject({
    hosts: texts.optional().describe('The hosts and groups that it runs on.'),
    port: instancePort
      .optional()
      .describe('`{{ port }}` and $PORT; `auto`: given out on the host once, and remembered there.'),
    ports: z
      .record(portName, instancePort)
      .optional()
      .describe('Further ports by name: `{{ ports.web }}` and $PORT_WEB.'),
    ...ofTarget,
  })
  .meta({ id: 'instance', description: 'One deployment of the project. Its own values go over the top-level ones.' })

/** Where secrets come from, by their names. */
export const secretDefinitions = z.record(secretKeyName, secretMap)

export const file = z.strictObject({
  project: name.describe('The name of the project.'),
  hosts: z
    .record(name, z.union([text, host, z.null()]))
    .optional()
    .describe('The machines: `user@address:port`, `local`, or a map.'),
  inventory: z
    .array(inventory)
    .min(1, 'should have an entry')
    .optional()
    .describe('Further hosts and groups: from ssh_config, a command, Ansible, or a URL.'),
  groups: z
    .record(name, z.union([texts, group]))
    .optional()
    .describe('Named sets of hosts and of other groups: a list, or a map with `env` and `vars`.'),
  instances: z
    .record(namePattern, z.union([instance, z.null()]))
    .optional()
    .describe('The deployments of the project. `client-{1..20}` and `{a,b}` stand for several.'),
  sudo_password: secretOnly
    .optional()
    .describe(
      'What sudo is told on hosts where it asks for a password: `!secret NAME`. Default: asked at the terminal.',
    ),
  ...ofTarget,
  secrets: secretDefinitions
    .optional()
    .describe('Where secrets come from, by the names that `!secret NAME` uses. An env variable here goes over it.'),
  tasks: z.record(name, task).optional().describe('What `venvoy run` can do.'),
})

export type FileInput = z.input<typeof file>
export type GroupInput = NonNullable<FileInput['groups']>[string]
export type InventoryInput = z.input<typeof inventory>
export type HostInput = z.input<typeof host>
export type InstanceInput = z.input<typeof instance>
export type SourceInput = z.input<typeof source>
export type VenvInput = z.input<typeof venv>
export type CronInput = NonNullable<FileInput['cron']>[number]
export type ServiceInput = NonNullable<FileInput['services']>[string]
export type DeployInput = z.input<typeof deploy>

/** The keys that the map at a path may have. */
export function keysAt(path: Path): readonly string[] {
  const shapes = {
    project: file.shape,
    host: host.shape,
    group: group.shape,
    inventory: inventory.shape,
    instance: instance.shape,
    venv: venv.shape,
    hooks: hooks.shape,
    installer: installer.shape,
    source: source.shape,
    deploy: deploy.shape,
    template: releaseTemplate.shape,
    health: health.shape,
    wrapper: wrapper.shape,
    service: service.shape,
    cron: cronJob.shape,
    manager: { use: undefined, config: undefined },
    param: param.shape,
    secret: secretMap.shape,
  }
  const part = partOf(path)
  if (part === 'step') return path.length === 2 ? taskKeys : (fileKeysOf(path.at(-1)) ?? stepKeys)
  return part === 'port' || part === 'other' ? [] : Object.keys(shapes[part])
}

/** The schema for editors: JSON Schema draft-07, the newest that yaml-language-server reads. */
export function jsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(file, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema === writtenSecret || zodSchema === secretOnly) jsonSchema.type = ['string', 'object']
    },
  })
  return { $schema, title: 'deploy.yml of venvoy', ...schema }
}
