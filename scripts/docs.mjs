// Writes docs/configuration.md from the schema of deploy.yml. With --check it only says whether the page is up to date.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createJiti } from 'jiti'

const page = fileURLToPath(new URL('../docs/configuration.md', import.meta.url))

const introduction = `# deploy.yml

<!-- Written by \`npm run docs\` from src/config/schema.ts: change it there. -->

One YAML file says what should be. [deploy.example.yml](../deploy.example.yml) shows every key in its place; \`venvoy schema\`
prints the same as JSON Schema, for editors.

What counts, the later over the earlier:

1. the defaults below
2. deploy.yml: the top level, then the \`env\` and \`vars\` of a host's groups in the order of the file, then a host's own \`env\` and \`vars\`, then an instance's own keys
3. deploy.local.yml beside it: maps merge, lists replace, another kind of source replaces \`source\`
4. \`--set key=value\`, as in \`--set instances.staging.port=8003\`

## \`{{ }}\`

Names and dots between double braces stand for values. A placeholder that is the whole value keeps its type. In a command it is
quoted for the shell and may touch other text (\`127.0.0.1:{{ port }}\`); in quotes, backticks or a heredoc it is a mistake: use
the env variable there. In \`\`--format '{{.ID}}'\`\` the braces are the text's own.

| name | env variable | what it is |
|---|---|---|
| \`project\` | \`VENVOY_PROJECT\` | the project's name |
| \`instance\` | \`VENVOY_INSTANCE\` | the instance's name |
| \`host\` | \`VENVOY_HOST\` | the host's name |
| \`host.address\` | \`VENVOY_HOST_ADDRESS\` | the host's address |
| \`port\` | \`PORT\` | the instance's \`port\` |
| \`ports.web\` | \`PORT_WEB\` | one of the instance's \`ports\` |
| \`vars.domain\`, or \`domain\` | \`VENVOY_VAR_domain\` | a var |
| \`params.version\` | \`VENVOY_PARAM_version\` | a parameter of the task |

Tasks on hosts know only \`project\`, \`host\`, the vars and their parameters.

\`!secret NAME\`, for env and the password of a source, is the value that the env variable NAME has where venvoy runs, or what
\`secrets\` says of it: [secrets](secrets.md). It travels on stdin and is shown nowhere.
`

const notes = {
  step: 'A step may also be just text: a command. The keys beside `run` surround all that it runs, inside of what surrounds the step.',
  task: 'A task may also be just text, or a list of steps. Beside these keys it has all those of a [step](#step).',
  source: 'An instance may say a part of it only, such as `ref`. More on each kind: [sources](sources.md).',
}

/** The page for a JSON Schema. */
function configuration(schema) {
  const { steps: _, ...parts } = schema.definitions
  const ofStep = Object.keys(parts.step.properties)
  const ofTask = Object.entries(parts.task.properties).filter(([key]) => !ofStep.includes(key))
  parts.task = { ...parts.task, properties: Object.fromEntries(ofTask) }
  const sections = Object.entries(parts).map(([name, part]) => {
    const note = notes[name] === undefined ? '' : `\n${notes[name]}\n`
    return `## ${name}\n\n${part.description}\n${note}\n${table(part, parts)}`
  })
  return [introduction, `## The file\n\n${table(schema, parts)}`, ...sections].join('\n')
}

function table({ properties, required = [] }, parts) {
  const rows = Object.entries(properties).map(([key, value]) => {
    const ofPart = parts[key]?.description ?? ''
    const description = `${required.includes(key) ? 'Required. ' : ''}${value.description ?? ofPart}`
    return `| \`${key}\` | ${kindOf(value)} | ${description} |`
  })
  return ['| key | value | what it means |', '|---|---|---|', ...rows, ''].join('\n')
}

/** `text or list of texts`, `true or false`, `map of host or text`. */
function kindOf(value) {
  if (value.$ref) {
    const name = value.$ref.split('/').at(-1)
    return name === 'steps' ? 'list of [step](#step)s' : `[${name}](#${name})`
  }
  if (value.allOf) return kindOf(value.allOf[0])
  if (value.anyOf) return alternatives(value.anyOf.map(kindOf))
  if (Array.isArray(value.type) && value.type.join() === 'string,object') return '`!secret`'
  if (value.enum) return alternatives(value.enum.map((each) => `\`${each}\``))
  if (Array.isArray(value.type)) return alternatives(value.type.map((type) => kindOf({ type })))
  if (value.type === 'array') return `list of ${kindOf(value.items)}`
  if (value.type === 'object' && value.additionalProperties === undefined) return '`!secret`'
  if (value.type === 'object') return `map of ${kindOf(value.additionalProperties)}`
  return { string: 'text', number: 'number', integer: 'number', boolean: 'true or false', null: 'nothing' }[value.type]
}

function alternatives(kinds) {
  return [...new Set(kinds)].join(' or ')
}

const jiti = createJiti(import.meta.url, { fsCache: false })
const { jsonSchema } = await jiti.import('../src/config/schema.ts')
const text = configuration(jsonSchema())
if (!process.argv.includes('--check')) writeFileSync(page, text)
else if (readFileSync(page, 'utf8') !== text) {
  console.error('docs/configuration.md is not up to date: run `npm run docs`')
  process.exitCode = 1
}
