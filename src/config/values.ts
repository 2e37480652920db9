import * as z from 'zod'
import { percentPattern } from './rollout.js'
import { suggest } from './suggest.js'
import { WrittenSecret } from './written-secret.js'

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

/** `8001`, `"{{ vars.base }}"`, or `auto`: one that is given out on the host. */
export const instancePort = z.union(
  [portNumber, z.string().regex(/^(auto|\s*\{\{[^{}]*\}\}\s*)$/, instancePortSentence())],
  instancePortSentence(),
)

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

/** How many of something stay. */
const kept = (sentence: string) => z.int(sentence).min(1, sentence).max(9999, sentence)
export const releases = kept('should be a number of releases from 1')
export const venvs = kept('should be a number of venvs from 1')

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

/** How many folders are taken away. */
/** Who speaks SSH to a host. */
export const sshTransport = z.enum(['auto', 'ssh2', 'ssh'])

export const stripCount = z.int('should be a number of folders, 0 to 20').min(0).max(20)

/** SHA-256, hexadecimal. */
export const digest = z.string().regex(/^[0-9a-fA-F]{64}$/, 'should be a SHA-256: 64 hexadecimal digits')

export const exitCode = z
  .int('should be an exit code, 0 to 255')
  .min(0, 'should be an exit code, 0 to 255')
  .max(255, 'should be an exit code, 0 to 255')

export const httpStatus = z
  .int('should be an HTTP status, 100 to 599')
  .min(100, 'should be an HTTP status, 100 to 599')
  .max(599, 'should be an HTTP status, 100 to 599')

export const scalar = z.union([z.string(), z.number(), z.boolean()])

/** `build`, `disk_space`: `results.disk_space.code`. */
export const registerName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not a name for a result: letters, digits and "_"')

/** `3`, `3.11`, `3.11.7`, `/opt/python/bin/python3`, `~/.pyenv/versions/3.12.1/bin/python`. */
export const python = z
  .string()
  .regex(/^(\d+(\.\d+){0,2}|[~/].*)$/, 'should be a version like "3.11", or the path of an interpreter')

/** `24.0`, `0.13.9`. */
export const toolVersion = z.string().regex(/^\d+(\.\d+)*$/, 'should be a version in quotes, like "24.0"')

/** `requirements/base.txt`: inside the tree, whatever the tree is. */
export const treePath = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$)).+$/, 'should be a path inside the source: relative, without ".."')

/** `media/`, `data/db.sqlite3`: a path inside the tree, as short as can be; a folder ends in a slash. */
export const sharedPath = z
  .string()
  .regex(
    /^(?!~)(?:(?!\.{1,2}(?:\/|$))[^/]+(?:\/|$))+$/,
    'should be a path inside the source: relative, without ".."; a folder ends in a slash',
  )

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

const kindsOfSecret = ['env', 'file', 'command', 'ask'] as const

/** Where a secret comes from. */
export const secretMap = z
  .strictObject({
    env: text.optional().describe('An env variable here.'),
    file: text.optional().describe('A file here, beside this one, or `~/…`: all of it but the newline at its end.'),
    command: text.optional().describe('A command here, run once a run: the first line that it prints.'),
    whole: flag.optional().describe('With `command`: all that it prints but the newline at its end. Default: `false`.'),
    ask: text.optional().describe('A question at the terminal, asked once a run; the answer does not show.'),
  })
  .refine(
    (each) => kindsOfSecret.filter((kind) => each[kind] !== undefined).length === 1,
    'needs exactly one of env, file, command and ask',
  )
  .refine((each) => each.whole === undefined || each.command !== undefined, {
    error: 'goes with command',
    path: ['whole'],
  })
  .meta({
    id: 'secret',
    description: 'Where the value of a secret comes from.',
    oneOf: kindsOfSecret.map((kind) => ({ required: [kind] })),
  })

/** `BLOG_STAGING_KEY`: it may be an env variable. */
export const secretKeyName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'not a name for a secret: letters, digits and "_"')

/** What may stand behind `!secret`; a place that takes no secrets says that, and nothing of what is in it. */
function checkSecret({ said }: WrittenSecret, context: z.RefinementCtx<WrittenSecret>): void {
  const issues = typeof said === 'string' ? [] : (secretMap.safeParse(said).error?.issues ?? [])
  for (const issue of issues) {
    if (issue.code !== 'unrecognized_keys') context.addIssue({ ...issue } as never)
    else
      for (const key of issue.keys) {
        const message = `unknown key (${suggest(key, Object.keys(secretMap.shape))})`
        context.addIssue({ code: 'custom', path: [key], message })
      }
  }
}

const checkedSecret = z.custom<WrittenSecret>().superRefine(checkSecret)

/** For editors, a secret is text or a map: they do not see its tag. */
export const writtenSecret = z.instanceof(WrittenSecret).pipe(checkedSecret)

/** Where nothing else may stand: a password is in no file. */
export const secretOnly = z
  .instanceof(WrittenSecret, { error: 'should be !secret NAME: a password stands in no file' })
  .pipe(checkedSecret)

export const env = z.record(envName, z.union([z.string(), z.number(), z.boolean(), writtenSecret]))

export const vars = z.record(varName, z.union([z.string(), z.number(), z.boolean(), z.null()]))

function flagSentence(): string {
  return 'should be true or false'
}

function portSentence(): string {
  return 'should be a port, 1 to 65535'
}

function instancePortSentence(): string {
  return `${portSentence()}, or auto`
}

function amountSentence(): string {
  return 'should be a number of hosts from 1, or a part of them: 25%'
}

function durationSentence(): string {
  return 'should be a duration: 30s, 5m, 1h, or a number of seconds'
}
