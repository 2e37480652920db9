# What pip is told about the network when all else that might be set for it on the host must not count.
import os
import re
import subprocess

# 'https://ann:secret@index.example.com/simple'
CREDENTIALS = re.compile(r'://[^/@\s]+@')
# How packages are reached. That a person may also have set --target or --no-binary must not change what is installed.
NETWORK = ('index-url', 'extra-index-url', 'find-links', 'no-index', 'trusted-host', 'proxy', 'cert', 'client-cert',
           'timeout', 'default-timeout', 'retries')


def network_settings(given):
    # An index of deploy.yml takes the place of the host's.
    found = {}
    for path in setting_files():
        found.update(read_settings(path))
    for name in NETWORK:
        value = os.environ.get('PIP_' + name.upper().replace('-', '_'))
        if value is not None:
            found[name] = '\n'.join(value.split())
    if given.get('index'):
        for name in ('extra-index-url', 'find-links', 'no-index'):
            found.pop(name, None)
        found['index-url'] = given['index']
    return found


def asked_env(venv, given):
    # For pip where no hash decides what comes: it would take the highest version that any index offers, so whoever
    # publishes the name of a private package would decide. All but the extra indexes stays as it is set.
    env, found = venv_env(venv), {}
    for path in setting_files():
        found.update(read_settings(path, None))
    extra = env.pop('PIP_EXTRA_INDEX_URL', found.pop('extra-index-url', ''))
    if not extra:
        return env
    for name, value in found.items():
        key = 'PIP_' + name.upper().replace('-', '_')
        if key not in FOREIGN_ENV:
            env.setdefault(key, ' '.join(value.split()))
    if not given.get('index'):
        warn_of_extra(extra)
    return dict(env, PIP_CONFIG_FILE=os.devnull)


def warn_of_extra(extra):
    note('warning', "an extra index of pip's settings is not asked (%s): whoever publishes the name of your package "
         'elsewhere would decide what is installed; name one index that has all (venv.index), or lock with hashes'
         % ', '.join(CREDENTIALS.sub('://', url) for url in extra.split()))


def put_asked(work, given):
    # The arguments that ask for what is wanted. They show in `ps`, and an address may hold a password.
    options, lines = put_index(work, given), []
    arguments = iter(given['arguments'])
    for argument in arguments:
        if argument in ('-r', '-c'):
            options += [argument, next(arguments)]
        else:
            lines.append(' '.join(argument.split()))
    put_texts({'asked.txt': ''.join(line + '\n' for line in lines)}, work)
    return options + ['-r', os.path.join(work, 'asked.txt')] * bool(lines)


def texts_of(given):
    return given['arguments'] + list(given['files'].values())


def run_installer(arguments, env, cwd, texts):
    # Older pips print the addresses that they are told, passwords included.
    if not any(CREDENTIALS.search(text) for text in texts):
        return run(arguments, env, cwd)
    process = start(arguments, env, cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    for line in iter(process.stdout.readline, b''):
        tell(1, raw_bytes(CREDENTIALS.sub('://', native_text(line))))
    return process.wait()


def put_index(work, given):
    if not given.get('index'):
        return []
    put_texts({'index.txt': '--index-url %s\n' % given['index']}, work)
    return ['-r', os.path.join(work, 'index.txt')]


def setting_files():
    config = os.environ.get('XDG_CONFIG_HOME') or expand('~/.config')
    return ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', expand('~/.pip/pip.conf'),
            os.path.join(config, 'pip', 'pip.conf'), os.environ.get('PIP_CONFIG_FILE', os.devnull)]


def read_settings(path, names=NETWORK):
    try:
        from configparser import Error, RawConfigParser
    except ImportError:
        from ConfigParser import Error, RawConfigParser
    parser = RawConfigParser()
    try:
        parser.read([path])
    except (Error, ValueError):
        # pip will say so when a person calls it.
        return {}
    pairs = [pair for part in ('global', 'install') if parser.has_section(part) for pair in parser.items(part)]
    settings = dict((name.replace('_', '-'), value) for name, value in pairs)
    return dict((name, value) for name, value in settings.items() if names is None or name in names)


def settings_text(settings):
    lines = ['[global]'] + ['%s = %s' % (name, value.strip().replace('\n', '\n  '))
                            for name, value in sorted(settings.items())]
    return '\n'.join(lines) + '\n'
