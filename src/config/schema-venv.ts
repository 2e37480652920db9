import * as z from 'zod'
import { flagOrPlaceholder, looseText, text, texts, venvs } from './values.js'

/** Hooks of a venv as written. */
export const hooks = z
  .strictObject({
    run: flagOrPlaceholder
      .optional()
      .describe('Whether they, and those that are there already, run for commands of venvoy too. Default: `false`.'),
    preactivate: texts.optional().describe('Run by itself before the venv becomes active.'),
    postactivate: texts.optional().describe('Read by the shell once the venv is active: `export DEBUG=1`.'),
    predeactivate: texts.optional().describe('Read by the shell before the venv is left.'),
    postdeactivate: texts.optional().describe('Read by the shell once the venv was left.'),
  })
  .meta({
    id: 'hooks',
    description: "virtualenvwrapper's hooks in the venv of an instance: shell text, or a list of it.",
  })

/** No enum: a map is then said to be no text, and what is wrong in it is said. */
const installerName = z
  .string()
  .regex(/^(pip|uv)$/, 'should be pip or uv')
  .meta({ enum: ['pip', 'uv'] })

/** What installs, as written with its version. */
export const installer = z
  .strictObject({
    pip: looseText.optional().describe('The version of pip: `"24.0"`.'),
    uv: looseText.optional().describe('The version of uv: `"0.13.9"`.'),
  })
  .refine(({ pip, uv }) => (pip === undefined) !== (uv === undefined), 'needs exactly one of pip and uv')
  .meta({
    id: 'installer',
    description: 'What installs packages, with its version.',
    oneOf: ['pip', 'uv'].map((name) => ({ required: [name] })),
  })

/** A venv as written. */
export const venv = z
  .strictObject({
    name: text.optional().describe('Default: `{{ project }}-{{ instance }}`.'),
    python: looseText
      .optional()
      .describe('A version, found on the host, or the path of an interpreter. Default: `"3"`.'),
    python_pin: z
      .enum(['build', 'patch', 'minor'])
      .optional()
      .describe(
        'Which change of the interpreter makes a new venv: `build`, its file was replaced; `patch`, only another version (3.11.3 after 3.11.2); `minor`, only another minor version. Default: `build`.',
      ),
    with: z.enum(['venv', 'virtualenv', 'uv']).optional().describe('What creates it. Default: `venv`.'),
    installer: z
      .union([installerName, installer])
      .optional()
      .describe(
        'What installs packages: `pip` or `uv`, or a version of it. Default: `pip`; `uv`, where that creates it.',
      ),
    requirements: texts
      .optional()
      .describe(
        'Requirements files of the source. Default, if no `packages` are named: requirements.txt, if it is there.',
      ),
    packages: texts.optional().describe('Further requirements, as pip reads them: `gunicorn==23.0`.'),
    constraints: texts.optional().describe('Constraints files of the source.'),
    lockfile: text
      .optional()
      .describe(
        'The lockfile, in the source. Default: the first there is of pylock.toml, uv.lock, poetry.lock, Pipfile.lock, and requirements.txt with hashes.',
      ),
    locked: z
      .enum(['auto', 'require', 'off'])
      .optional()
      .describe('`auto`: a lockfile counts if there is one; `require`: there must be one; `off`: none counts.'),
    extras: texts.optional().describe('Extras of the lockfile that are wanted too.'),
    groups: texts.optional().describe('Dependency groups of the lockfile that are wanted too. Default: as it says.'),
    index: text.optional().describe('The URL of the package index. Default: as pip is configured on the host.'),
    wheels: text
      .optional()
      .describe(
        'Where hosts get the files of the lockfile: `server`, from an index; `ship`: they are fetched here and sent; a folder beside deploy.yml, whose files are sent. Default: `server`.',
      ),
    sdist: z
      .enum(['build', 'refuse'], 'should be build or refuse')
      .optional()
      .describe(
        'What becomes of a package of the lockfile that has no wheel for a host: `build`, there; `refuse`: a plan that would build one is refused. Default: `build`.',
      ),
    system_site_packages: flagOrPlaceholder
      .optional()
      .describe("Whether it sees the interpreter's own packages. Default: `false`."),
    no_site_packages: flagOrPlaceholder
      .optional()
      .describe('The opposite of `system_site_packages`, as older tools say it.'),
    compile: flagOrPlaceholder
      .optional()
      .describe(
        'Whether packages are compiled when they are installed, and not when they are first imported. Default: `true`.',
      ),
    keep: venvs
      .optional()
      .describe(
        'How many venvs of an instance stay. Beyond them, a deploy and `venv prune` remove those that nothing leads to. Default: a deploy removes none, `venv prune` all.',
      ),
    post_install: texts.optional().describe('Commands run in the new venv before it counts as whole.'),
    verify: z
      .enum(['quick', 'full'])
      .optional()
      .describe(
        '`quick`: a deploy looks at the receipt and the interpreter; `full`: it proves every file first, as `venvoy verify`. Default: `quick`.',
      ),
    hooks: z
      .union([flagOrPlaceholder, hooks])
      .optional()
      .describe("Whether virtualenvwrapper's hooks run, or their texts. Default: `false`."),
    home: text.optional().describe('The folder of all venvs, WORKON_HOME. Default: `~/.virtualenvs`.'),
    project_home: text
      .optional()
      .describe(
        "The folder of the projects, PROJECT_HOME: instances' folders are there by default. Default: `~/apps`.",
      ),
  })
  .meta({ id: 'venv', description: 'The venv of each instance.' })
