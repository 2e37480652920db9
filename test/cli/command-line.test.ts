import { describe, expect, it } from 'vitest'
import { venvoy } from './support/venvoy.js'

const files = {
  'deploy.yml': `project: blog
hosts: { here: local }
instances:
  staging: { hosts: [here] }
tasks:
  hello: echo hello
`,
}

describe('the command line', () => {
  it('says its version', async () => {
    const { version } = (await import('../../package.json', { with: { type: 'json' } })).default
    expect(await venvoy({ args: ['--version'] })).toEqual({ stdout: `${version}\n`, stderr: '', code: 0 })
  })

  it('explains itself on stdout when asked to', async () => {
    const { stdout, stderr, code } = await venvoy({ args: ['--help'] })
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 })
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: venvoy [options] [command]

      Deploys any number of instances of a Python project over SSH, each in its own
      venv, and runs tasks inside them.

      Options:
        -V, --version                     output the version number
        -f, --file <path>                 the config file (default: deploy.yml)
        --set <key=value>                 a value over the file, repeatable: --set
                                          venv.python=3.12
        -i, --instance <name>             instances: names or patterns (web*), with
                                          commas, repeatable
        -H, --host <name>                 hosts likewise; user@host:port need not be
                                          in the file
        -g, --group <name>                the hosts of groups, likewise
        -x, --exclude <name>              not these hosts, groups or instances,
                                          likewise
        --all                             all instances
        --shard <part>                    of these only a part, for jobs side by side:
                                          3/8
        -P, --parallel <n>                hosts at once (default: 64)
        --fail-fast                       begin no further host after the first
                                          failure
        --user <name>                     log in as this user
        --identity <file>                 log in with this key
        --accept-new                      accept the key of a host that is not known
                                          yet
        --json                            one event a line on stdout
        --plain                           plain lines, even on a terminal
        --stream                          show output as it comes
        --fold                            show alike output once, also in a file
        --report <file>                   write what became of each target to a file,
                                          for \`venvoy report merge\`
        --unmasked                        leave secrets in what commands print
        -q, --quiet                       failures and results only
        -v, --verbose                     more about what happens
        --yes                             ask nothing
        -h, --help                        display help for command

      Commands:
        init                              write a first deploy.yml for the project in
                                          this folder; -H names its host
        check [instance...]               what would stop a deploy, and the line that
                                          mends it
        plan [options] [instance...]      what a deploy would do; nothing is changed
        status [instance...]              what runs where: release, revision, venv,
                                          Python
        verify [instance...]              whether releases and venvs are still as they
                                          were made, file by file; exits with 6 if not
        list                              the tasks, instances and hosts of the file
        schema                            the JSON Schema of deploy.yml, for editors
        lock [options] [instance...]      write down the exact packages of the venvs,
                                          with hashes: pylock.toml, for the hosts of
                                          the instances
        deploy [options] [instance...]    build the venv, ship the code, switch
        apply [options] <plan>            what a saved plan says, and nothing else;
                                          refused with 6 where the state has moved
        run [options] <task...>           run tasks, one after the other; \`venvoy run
                                          TASK --help\` shows what a task can be told
        exec [options] <command...>       run a command: on hosts, or with -i in the
                                          context of instances. One word is shell
                                          text, several are quoted words
        shell [instance]                  log in to an instance, its venv active; with
                                          -H alone to a host
        demo                              a deploy to a host inside this process, to
                                          watch
        history [options] [instance...]   who switched what, when, from where
        deploy-lock                       who deploys, and who keeps others from it
        rollback [options] [instance...]  code and venv of the release before the
                                          current one, on all hosts of the instance
        remove [options] [instance...]    take instances away: releases, shared files,
                                          venvs, and nothing else
        start [options] [instance...]     start the services of instances that do not
                                          run
        stop [options] [instance...]      stop the services of instances
        restart [options] [instance...]   restart the services of instances
        logs [options] [instance...]      what the services of instances said
        venv                              the venvs of hosts: what lsvirtualenv,
                                          mkvirtualenv, rmvirtualenv and pip freeze
                                          do, from here
        setup [options] [host...]         virtualenvwrapper for whoever logs in to
                                          hosts: the package, and a block in .profile
        report                            the reports of runs: of --shard, or of what
                                          was done again
        completion <shell>                the script that completes commands and
                                          names: source <(venvoy completion bash)
        help [command]                    display help for command
      "
    `)
  })

  it('explains itself on stderr when nothing is asked', async () => {
    const [asked, nothing] = await Promise.all([venvoy({ args: ['--help'] }), venvoy({ args: [] })])
    expect(nothing).toEqual({ stdout: '', stderr: asked.stdout, code: 2 })
  })

  it('explains a command, with the options that all commands take', async () => {
    const { stdout } = await venvoy({ args: ['deploy', '--help'] })
    expect(stdout).toMatchInlineSnapshot(`
      "Usage: venvoy deploy [options] [instance...]

      build the venv, ship the code, switch

      Options:
        --serial <amounts>       hosts in batches: 2, 25%, or 1,5,25%
        --max-failures <amount>  stop with so many failed hosts: 2, or 25%
        --ask-sudo-password      ask at once; otherwise when the first host wants it
        --retry-failed           the last such run again, for the targets that did not
                                 end well in it
        --dry-run                the plan only
        --ref <rev>              another revision than the file's
        --lock-wait <time>       wait so long for a deploy that runs: 30s, 5m
        -h, --help               display help for command

      Global Options:
        -V, --version            output the version number
        -f, --file <path>        the config file (default: deploy.yml)
        --set <key=value>        a value over the file, repeatable: --set
                                 venv.python=3.12
        -i, --instance <name>    instances: names or patterns (web*), with commas,
                                 repeatable
        -H, --host <name>        hosts likewise; user@host:port need not be in the
                                 file
        -g, --group <name>       the hosts of groups, likewise
        -x, --exclude <name>     not these hosts, groups or instances, likewise
        --all                    all instances
        --shard <part>           of these only a part, for jobs side by side: 3/8
        -P, --parallel <n>       hosts at once (default: 64)
        --fail-fast              begin no further host after the first failure
        --user <name>            log in as this user
        --identity <file>        log in with this key
        --accept-new             accept the key of a host that is not known yet
        --json                   one event a line on stdout
        --plain                  plain lines, even on a terminal
        --stream                 show output as it comes
        --fold                   show alike output once, also in a file
        --report <file>          write what became of each target to a file, for
                                 \`venvoy report merge\`
        --unmasked               leave secrets in what commands print
        -q, --quiet              failures and results only
        -v, --verbose            more about what happens
        --yes                    ask nothing
      "
    `)
  })

  it('explains exec', async () => {
    const { stdout } = await venvoy({ args: ['exec', '--help'] })
    expect(stdout.split('Global Options:')[0]).toMatchInlineSnapshot(`
      "Usage: venvoy exec [options] -- <command...>

      run a command: on hosts, or with -i in the context of instances. One word is
      shell text, several are quoted words

      Options:
        --serial <amounts>       hosts in batches: 2, 25%, or 1,5,25%
        --max-failures <amount>  stop with so many failed hosts: 2, or 25%
        --ask-sudo-password      ask at once; otherwise when the first host wants it
        --retry-failed           the last such run again, for the targets that did not
                                 end well in it
        --prefix <command>       must succeed in the same shell first, repeatable:
                                 --prefix "workon class"
        --cd <folder>            run there
        --as <user>              run as another user, with sudo
        --shell <kind>           the shell that reads it (choices: "sh", "bash",
                                 "login")
        -h, --help               display help for command

      "
    `)
  })

  it('explains the commands about venvs', async () => {
    const { stdout } = await venvoy({ args: ['venv', '--help'] })
    expect(stdout.split('\n\n').at(-1)).toMatchInlineSnapshot(`
      "Commands:
        list [instance...]                every venv in the WORKON_HOMEs of the hosts
        create [options] [instance...]    build the venvs of instances, without a
                                          release
        remove [options] [instance...]    remove the venvs of instances; only those
                                          that venvoy made
        freeze [instance...]              pip freeze in the venvs of instances
        prune [options] [instance...]     remove the venvs and shared packages that
                                          nothing points to, on the hosts
        rollback [options] [instance...]  the venv before the present one, with the
                                          code that serves, on all hosts of the
                                          instance
        history [options] [instance...]   which venvs instances have had: when, by
                                          whom, and which are there
        sbom [options] [instance...]      what is installed in the venvs of instances,
                                          with licences and hashes: CycloneDX 1.6 JSON
        help [command]                    display help for command
      "
    `)
  })

  const mistakes: readonly [args: string, said: string][] = [
    ['deplooy', "error: unknown command 'deplooy'\n(Did you mean deploy?)\n(venvoy --help shows the commands)\n"],
    ['frobnicate', "error: unknown command 'frobnicate'\n(venvoy --help shows the commands)\n"],
    ['venv lst', "error: unknown command 'lst'\n(Did you mean list?)\n(venvoy --help shows the commands)\n"],
    ['plan --jsn', "error: unknown option '--jsn'\n(Did you mean --json?)\n(venvoy --help shows the commands)\n"],
    ['run', "error: missing required argument 'task'\n(venvoy --help shows the commands)\n"],
    [
      'list -P none',
      "error: option '-P, --parallel <n>' argument 'none' is invalid. A whole number from 1 is wanted.\n(venvoy --help shows the commands)\n",
    ],
    [
      'exec ls -la',
      "error: unknown option '-la'\n(options of the command on the host stand behind --: venvoy exec -H HOST -- ls -l)\n",
    ],
    ['run helo', 'no task "helo" in deploy.yml or tasks/ (did you mean hello?)\n  try: venvoy list\n'],
    ['plan stagin', 'unknown instance "stagin"\n  did you mean staging?\n  there are: staging\n'],
    ['exec -H hre true', 'unknown host "hre"\n  did you mean here?\n  there are: here\n'],
    ['exec -H th* true', 'no host is called like "th*"\n  there are: here\n'],
    [
      'list -f nope.yml',
      "nope.yml: there is no such file\n  looked in PROJECT\n  try: change to the project's folder, or name the file: venvoy -f PATH …\n",
    ],
    ['list --set venv.pyton=3', '--set venv.pyton=3: venv.pyton: unknown key (did you mean python?)\n'],
    [
      'list extra',
      "error: too many arguments for 'list'. Expected 0 arguments but got 1.\n(venvoy --help shows the commands)\n",
    ],
    [
      'exec --shell csh true',
      "error: option '--shell <kind>' argument 'csh' is invalid. Allowed choices are sh, bash, login.\n(options of the command on the host stand behind --: venvoy exec -H HOST -- ls -l)\n",
    ],
  ]
  it.each(mistakes)('refuses: venvoy %s', async (args, said) => {
    expect(await venvoy({ files, args: args.split(' ') })).toEqual({ stdout: '', stderr: said, code: 2 })
  })

  it('says where it looked when there is no file', async () => {
    expect(await venvoy({ args: ['plan'] })).toEqual({
      stdout: '',
      stderr: `deploy.yml: there is no such file
  looked in PROJECT
  try: change to the project's folder, or name the file: venvoy -f PATH …
`,
      code: 2,
    })
  })

  it('shows every mistake of the file at once', async () => {
    const file = 'project: blog\nhosts: { here: lokal, web: { adress: x } }\ninstances:\n  a: { hosts: [hre] }\n'
    const { stdout, stderr, code } = await venvoy({ files: { 'deploy.yml': file }, args: ['deploy'] })
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 })
    expect(stderr).toMatchInlineSnapshot(`
      "deploy.yml:2:30: hosts.web.adress: unknown key (did you mean address?)
        2 | hosts: { here: lokal, web: { adress: x } }
          |                              ^^^^^^

      deploy.yml:4:16: instances.a.hosts[0]: unknown host or group "hre" (did you mean here?)
        4 |   a: { hosts: [hre] }
          |                ^^^
      "
    `)
  })
})
