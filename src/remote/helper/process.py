# Other programs: their env, their output, their end.
import os
import signal
import subprocess
import sys

# They would send packages elsewhere than into the venv, or install something else.
FOREIGN_ENV = ('PIP_TARGET', 'PIP_PREFIX', 'PIP_ROOT', 'PIP_USER', 'PIP_REQUIRE_VIRTUALENV', 'PIP_PYTHON',
               'PIP_DRY_RUN', 'PIP_REQUIREMENT', 'PIP_EDITABLE', 'VIRTUAL_ENV', 'VIRTUAL_ENV_PROMPT',
               '__PYVENV_LAUNCHER__')


def clean_env():
    # What is left of PIP_* and pip.conf are the user's own settings (an index, a proxy): they stay.
    env = dict((key, value) for key, value in os.environ.items()
               if not key.startswith('PYTHON') and key not in FOREIGN_ENV)
    locale = env.get('LC_ALL') or env.get('LC_CTYPE') or env.get('LANG') or ''
    if 'utf' not in locale.lower():
        # Python 3.6 unpacks no file with an accent in its name under LC_ALL=C.
        env['LC_ALL'] = 'C.UTF-8'
    env.setdefault('PATH', '/usr/local/bin:/usr/bin:/bin')
    return env


def venv_env(venv):
    # As after `. bin/activate`. PIP_USER: a pip.conf with `user = yes` would make pip refuse every venv. The other one:
    # a base has no pip, and the host's must not take its place.
    env = clean_env()
    path = os.path.join(venv, 'bin') + os.pathsep + env['PATH']
    env.update(VIRTUAL_ENV=venv, PATH=path, PYTHONNOUSERSITE='1')
    env.update(PIP_USER='0', PIP_REQUIRE_VIRTUALENV='1')
    return env


def start(arguments, env, cwd, **streams):
    # Inherited descriptors are the lock's (see there). Python 2 leaves SIGPIPE ignored in children.
    restore = (lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL)) if sys.version_info[0] == 2 else None
    with open(os.devnull, 'rb') as null:
        return subprocess.Popen(arguments, env=env, cwd=cwd, stdin=null, close_fds=False, preexec_fn=restore, **streams)


def run(arguments, env, cwd):
    # Its output goes through unchanged. The exit code, negative for a signal.
    return start(arguments, env, cwd).wait()


def capture(arguments, env, cwd='/'):
    # Exit code and output, both streams together; 127 where there is no such program.
    try:
        process = start(arguments, env, cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        return 127, os.strerror(error.errno)
    output = process.communicate()[0]
    return process.returncode, native_text(output)


def describe_end(code):
    return 'was killed by signal %d' % -code if code < 0 else 'ended with exit code %d' % code


def last_words(output):
    return output.strip().split('\n')[-10:]
