import * as z from 'zod'
import { SecretName } from './node.js'
import { percentPattern } from './rollout.js'

/** The leaves of the schema. What may hold `{{ }}` is checked again, by the same leaf, once it is filled in. */

const nameSentence = 'not a name: letters, digits, ".", "_" and "-", at most 64, beginning with a letter or a digit'

/** One path component that no shell or option parser misreads: `web1.example.com`, `client-7`. */
export const name = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, nameSentence)

/** A name, or a pattern of names: `client-{1..20}`, `{shop,blog}-staging`. */
export const namePattern = z.string().regex(/^[A-Za-z0-9{][A-Za-z0-9._{},-]*$/, nameSentence)

/** `db_name`: it becomes part of the env name VENVOY_VAR_db_name. */
const varName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not a name for a var: letters, digits and "_"')
  .refine(
    (key) => !/^(project|instance|host|port|ports|vars|env|item|results|facts)$/.test(key),
    "a name of venvoy's own in {{ }}",
  )

/** `web`: it becomes the env name PORT_WEB. */
export const portName = z
  .string()
  .regex(/^[a-z][a-z0-9_]*$/, 'not a name for a port: lower-case letters, digits and "_", beginning with a letter')
  .refine((key) => key !== 'port', "a name of venvoy's own: the bare `port:` has it")

/** `dry_run`, `dryRun`: it becomes the option --dry-run and the env name VENVOY_PARAM_dry_run. */
export const paramName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9_]*$/, 'not a name for a parameter: letters, digits and "_", beginning with a small letter')
  .refine((key) => key !== 'help', 'every task has --help already')

/** `DJANGO_SETTINGS_MODULE` */
const envName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not a name for an env variable: letters, digits and "_"')
  .refine((key) => !key.startsWith('VENVOY_'), 'names that begin with VENVOY_ are set by venvoy')

export const text = z.string().min(1, 'should not be empty')

/** Text that YAML may take for a number: `python: 3.11`, `ref: 20240101`. */
export const looseText = z.union([text, z.number()])

export const texts = z.union([text, z.array(text)])

export const portNumber = z.int(portSentence()).min(1, portSentence()).max(65535, portSentence())

/** `"{{ vars.base }}"`: a whole scalar keeps the type of what it names. */
const placeholder = (sentence: string) => z.string().regex(/^\s*\{\{[^{}]*\}\}\s*$/, sentence)

export const port = z.union([portNumber, placeholder(portSentence())], portSentence())

export const flag = z.boolean(flagSentence())

export const flagOrPlaceholder = z.union([flag, placeholder(flagSentence())], flagSentence())

/** `3`, `25%`: so many hosts, or a part of them. */
export const amount = z.union(
  [
    z.int(amountSentence()).min(1, amountSentence()).max(99999, amountSentence()),
    z.string().regex(percentPattern, amountSentence()),
  ],
  amountSentence(),
)

/** `1`, `25%`, `[1, 5, 25%]`. */
export const amounts = z.union([amount, z.array(amount).min(1, amountSentence())], amountSentence())

/** `30s`, `5m`, `1h`, or seconds. */
export const duration = z.union(
  [
    z.number(durationSentence()).positive(durationSentence()),
    z.string().regex(/^[1-9][0-9]*(s|m|h)$/, durationSentence()),
  ],
  durationSentence(),
)

export const exitCode = z
  .int('should be an exit code, 0 to 255')
  .min(0, 'should be an exit code, 0 to 255')
  .max(255, 'should be an exit code, 0 to 255')

export const scalar = z.union([z.string(), z.number(), z.boolean()])

/** `build`, `disk_space`: `results.disk_space.code`. */
export const registerName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not a name for a result: letters, digits and "_"')

/** `3`, `3.11`, `3.11.7`, `/opt/python/bin/python3`, `~/.pyenv/versions/3.12.1/bin/python`. */
export const python = z
  .string()
  .regex(/^(\d+(\.\d+){0,2}|[~/].*)$/, 'should be a version like "3.11", or the path of an interpreter')

/** `requirements/base.txt`: inside the tree, whatever the tree is. */
export const treePath = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, 'should be a path inside the source: relative, without ".."')

/** `/srv/blog`, `~/apps/blog`, `~deploy/blog`: no matter where one stands. */
export const hostPath = z
  .string()
  .regex(
    /^(\/|~[a-z0-9_-]*\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^/].*$/i,
    'should be an absolute path on the host, or one that begins with ~/',
  )

/** `web1.example.com`, `10.0.0.7`, `fe80::1%eth0`. */
export const address = z.string().regex(/^[A-Za-z0-9_:][A-Za-z0-9_.:%-]*$/, 'not the name or address of a host')

/** `blog-staging`: the name of a folder, too, which may be made of several names. */
export const venvName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/, nameSentence.replace(' at most 64,', ''))

/** `deploy`, `www-data`. */
export const user = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'not the name of a user')

export const fileMode = z.string().regex(/^0?[0-7]{3,4}$/, 'not a mode: three or four digits from 0 to 7')

/** `www-data`, `www-data:adm`, `:adm`, `33:33`. */
export const fileOwner = z
  .string()
  .regex(/^(?=.)([A-Za-z0-9_][A-Za-z0-9_.-]*)?(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/, 'should be a user, or user:group')

export const oneLine = 'should be one line'

/** For editors, a secret is text: they do not see its tag. */
export const secretName = z.instanceof(SecretName)

/** Where nothing else may stand: a password is in no file. */
export const secretOnly = z.instanceof(SecretName, { error: 'should be !secret NAME: a password stands in no file' })

export const env = z.record(envName, z.union([z.string(), z.number(), z.boolean(), secretName]))

export const vars = z.record(varName, z.union([z.string(), z.number(), z.boolean(), z.null()]))

function flagSentence(): string {
  return 'should be true or false'
}

function portSentence(): string {
  return 'should be a port, 1 to 65535'
}

function amountSentence(): string {
  return 'should be a number of hosts from 1, or a part of them: 25%'
}

function durationSentence(): string {
  return 'should be a duration: 30s, 5m, 1h, or a number of seconds'
}
