# Packages by uv: told no more of the host than pip is, from a cache of its own, and held against their RECORDs.
import json
import os
import re

# What says how packages are reached, and not which. Of pip's settings it gets the same as pip does.
UV_NETWORK = ('UV_SYSTEM_CERTS', 'UV_NATIVE_TLS', 'UV_CONCURRENT_DOWNLOADS')
# 'The package `requests` requires `idna>=2.5,<4`, but it's not installed', '... but `1.0` is installed'
UV_LACKS = re.compile(r"The package `([^`]+)` requires `([^`]+)`, but (?:it's not installed|`([^`]+)` is installed)")
UV_CACHE = '~/.cache/venvoy/uv/cache'
TRUE = ('1', 'true', 'yes', 'on', 'y', 't')


def uv_env(venv, work, given, settings, more=()):
    sent = os.path.join(work, 'sent', 'wheels') if given.get('offline') else None
    put_texts({'uv.toml': toml_text(index_settings(settings, sent) + list(more))}, work)
    env = dict((key, value) for key, value in venv_env(venv).items()
               if not key.startswith(('PIP_', 'UV_')) or key in UV_NETWORK)
    # Files are copied out of the cache: who edits a file that is linked edits those of all venvs, and of the cache.
    env.update(UV_CONFIG_FILE=os.path.join(work, 'uv.toml'), UV_CACHE_DIR=expand(UV_CACHE),
               UV_LINK_MODE='copy', UV_PYTHON_DOWNLOADS='never', UV_NO_PROGRESS='1', UV_NO_SOURCES='1',
               SOURCE_DATE_EPOCH='315532800', PYTHONHASHSEED='0')
    env.update(network_env(settings))
    return env


def index_settings(settings, sent):
    # `sent`: the folder with all that is wanted, if there is one.
    if sent is not None:
        return [('find-links', [sent]), ('no-index', True)]
    # pip warns of a folder of links that is not there, uv would give up.
    links = [os.path.expanduser(link) for link in settings.get('find-links', '').split()]
    found = [('find-links', [link for link in links if '://' in link or os.path.exists(link)])]
    found.append(('allow-insecure-host', settings.get('trusted-host', '').split()))
    if settings.get('no-index', '').strip().lower() in TRUE:
        return found + [('no-index', True)]
    for url in settings.get('index-url', '').split()[:1]:
        found.append(('index', [('url', url), ('default', True)]))
    return found + [('index', [('url', url)]) for url in settings.get('extra-index-url', '').split()]


def toml_text(settings):
    # Tables come last.
    lines = ['%s = %s' % (name, toml_value(value)) for name, value in settings if name != 'index']
    for pairs in [value for name, value in settings if name == 'index']:
        lines += ['[[index]]'] + ['%s = %s' % (name, toml_value(value)) for name, value in pairs]
    return '\n'.join(lines) + '\n'


def toml_value(value):
    return json.dumps(value, ensure_ascii=False)


def network_env(settings):
    names = {'cert': ['SSL_CERT_FILE'], 'client-cert': ['SSL_CLIENT_CERT'], 'retries': ['UV_HTTP_RETRIES'],
             'timeout': ['UV_HTTP_TIMEOUT'], 'default-timeout': ['UV_HTTP_TIMEOUT'],
             'proxy': ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy']}
    found = dict((variable, settings[name].strip()) for name in sorted(names) if settings.get(name, '').strip()
                 for variable in names[name])
    bundle = os.environ.get('REQUESTS_CA_BUNDLE')
    if bundle and 'SSL_CERT_FILE' not in os.environ:
        found.setdefault('SSL_CERT_FILE', bundle)
    return found


def run_uv_venv(venv, python, given, prompt):
    env = dict((key, value) for key, value in clean_env().items() if not key.startswith('UV_'))
    env.update(UV_NO_CONFIG='1', UV_PYTHON_DOWNLOADS='never')
    options = ['--quiet', '--python', python['path'], '--prompt', prompt]
    options += ['--system-site-packages'] * bool(given['systemSitePackages'])
    code, output = capture([given['uv']['path'], 'venv'] + options + [venv], env)
    check_created(code, output, 'uv venv')
    # What no other venv has: backups pass over folders with such a file.
    for name in ('CACHEDIR.TAG', '.gitignore'):
        remove_file(os.path.join(venv, name))


def uv_install(venv, env, given, words, cwd, texts):
    # The venv is new: uv takes a package whose files are gone for installed (it looks at the metadata alone).
    call = [given['uv']['path'], 'pip', 'install', '--python', os.path.join(venv, 'bin', 'python')]
    code = run_installer(call + words, env, cwd, texts)
    remove_file(os.path.join(venv, '.lock'))
    return code


def install_locked_by_uv(base, work, _pip, given):
    # As pip is told: exactly these files, nothing built but what is an sdist, which uv's own cache keeps; from any
    # index, as hashes allow.
    lines = put_locked(work, given['locked']['packages'])
    sdists = [normal_name(name) for name in given['locked'].get('sdists', [])]
    names = [normal_name(package[0]) for package in given['locked']['packages']]
    others = [name for name in names if name not in sdists]
    more = [('no-build-package', others), ('no-binary-package', sdists), ('index-strategy', 'unsafe-best-match')]
    words = ['--no-deps', '--require-hashes', '-r', os.path.join(work, 'locked.txt')]
    words += ['--compile-bytecode'] * is_compiled_by_uv(given)
    return uv_install(base, uv_env(base, work, given, network_settings(given), more), given, words, work, lines)


def install_by_uv(venv, work, project, given):
    settings = network_settings(given)
    extra = settings.pop('extra-index-url', '')
    if extra:
        warn_of_extra(extra)
    env = uv_env(venv, work, given, settings)
    code = uv_install(venv, env, given, put_asked(work, dict(given, index=None)), project, texts_of(given))
    if code == 0:
        if given.get('compile', True):
            # As pip does it.
            compile_all(given['python'], os.path.join(venv, 'bin', 'python'), site_folders(venv)[0], 'timestamp')
        packages = read_packages(venv)
        owners = owners_of(packages)
        check_by_uv(given, wrong_files(read_contents(venv), packages, owners), owners)
    return code


def check_by_uv(given, wrong, owners):
    # Of files that packages have in common and that differ, it is chance which one is there in the end.
    clashing = ['%s of %s is another in each' % (path, ' and '.join(owner for owner, _ in claims))
                for path, claims in sorted(owners.items())
                if len(set(digest for _, digest in claims if digest is not None)) > 1]
    if clashing:
        raise Failure('packages of venv %s have different files in one place' % given['name'], clashing[:20],
                      'do without one of them, or set `installer: pip`, with which the last one counts on every host')
    if wrong:
        # It looks at hashes when it downloads, and never again: what was changed in its cache comes back each time.
        empty_uv_cache(given)
        raise Failure('uv did not install what the packages of venv %s should be' % given['name'], wrong[:20],
                      'run again: its cache was emptied; what was serving still does')


def dependency_lines_by_uv(base, work, given):
    # As `pip check` says it.
    call = [given['uv']['path'], 'pip', 'check', '--python', os.path.join(base, 'bin', 'python')]
    code, output = capture(call, uv_env(base, work, given, network_settings(given)))
    remove_file(os.path.join(base, '.lock'))
    versions = dict(read_installed(base))
    lines = []
    for name, wanted, found in UV_LACKS.findall(output):
        first = '%s %s' % (name, versions.get(normal_name(name), ''))
        lines.append('%s has requirement %s, but you have %s.' % (first, wanted, found) if found else
                     '%s requires %s, which is not installed.' % (first, wanted))
    return code, lines


def empty_uv_cache(given):
    env = dict(clean_env(), UV_CACHE_DIR=expand(UV_CACHE), UV_NO_CONFIG='1')
    capture([given['uv']['path'], 'cache', 'clean'], env)
