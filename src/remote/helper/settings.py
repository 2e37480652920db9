# What pip is told about the network when all else that might be set for it on the host must not count.
import os

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


def setting_files():
    config = os.environ.get('XDG_CONFIG_HOME') or expand('~/.config')
    return ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', expand('~/.pip/pip.conf'),
            os.path.join(config, 'pip', 'pip.conf'), os.environ.get('PIP_CONFIG_FILE', os.devnull)]


def read_settings(path):
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
    return dict((name.replace('_', '-'), value) for name, value in pairs if name.replace('_', '-') in NETWORK)


def settings_text(settings):
    lines = ['[global]'] + ['%s = %s' % (name, value.strip().replace('\n', '\n  '))
                            for name, value in sorted(settings.items())]
    return '\n'.join(lines) + '\n'
