# Runs the helper and kills it, with all that it has started, at its Nth change of the disk: die_at.py N COUNTER PROGRAM ACTION.
# COUNTER gets a byte for each change, in whichever process; N = 0 lets it live. Needs Python 3.8.
import os
import runpy
import signal
import subprocess
import sys

EVENTS = ('os.rename', 'os.mkdir', 'os.symlink', 'os.remove', 'os.rmdir', 'os.chmod', 'os.utime', 'os.link',
          'subprocess.Popen')
CHANGES = os.O_WRONLY | os.O_RDWR | os.O_CREAT


def watch(limit, counter):
    fd = os.open(counter, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    write, fsync = os.write, os.fsync

    def count():
        write(fd, b'.')
        if os.fstat(fd).st_size == limit:
            os.killpg(0, signal.SIGKILL)

    def hook(event, args):
        if event in EVENTS or (event == 'open' and args[0] != os.devnull and args[2] & CHANGES):
            count()

    def counted(function):
        def call(*args):
            count()
            return function(*args)
        return call

    os.write, os.fsync = counted(write), counted(fsync)
    sys.addaudithook(hook)


def watch_children():
    # What it starts in Python (venv, pip, compileall) is watched likewise.
    start = subprocess.Popen.__init__

    def watched(self, args, **more):
        if os.path.basename(args[0]).startswith('python') and '-c' not in args:
            at = 2 if args[1] == '-I' else 1
            args = args[:at] + [__file__, 'child'] + args[at:]
        return start(self, args, **more)

    subprocess.Popen.__init__ = watched


def be_child(args):
    if args[0] == '-m':
        sys.argv = args[1:]
        runpy.run_module(args[1], run_name='__main__', alter_sys=True)
    else:
        sys.argv = args
        runpy.run_path(args[0], run_name='__main__')


__file__ = os.path.abspath(__file__)
if sys.argv[1] == 'child':
    watch(int(os.environ['DIE_AT']), os.environ['DIE_COUNTER'])
    sys.path[0:1] = []
    be_child(sys.argv[2:])
else:
    os.environ['DIE_AT'], os.environ['DIE_COUNTER'] = sys.argv[1:3]
    program, sys.argv = sys.argv[3], ['-c', sys.argv[4]]
    watch_children()
    watch(int(os.environ['DIE_AT']), os.environ['DIE_COUNTER'])
    exec(program)
