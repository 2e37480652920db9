# Runs one command: python3 measure.py STDIN STDOUT STDERR EVERY COMMAND…
# Prints one line of JSON: seconds of wall clock until the command ended; seconds of CPU, the kernel's count for all
# processes that it started, those included that outlive it (ssh's masters, say), which are ended first; the kilobytes
# that the largest of them held at most; and, where EVERY is not 0, the most that all of them held together, looked at
# every so many milliseconds: their own pages, those shared among them once, and the program text and libraries of the one
# that has most of these. The looking takes CPU of its own, so no time is taken of such a run. The time of this wrapper is
# in none of the figures.
import ctypes
import json
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36


def main(stdin, stdout, stderr, every, command):
    # Orphans come to us instead of to init: what they took is counted as well.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began = time.perf_counter()
    pid = start(stdin, stdout, stderr, command)
    together = 0
    if every > 0:
        while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            together = max(together, held_by(descendants()))
            time.sleep(every / 1000)
    _, status, used = os.wait4(pid, 0)
    wall = time.perf_counter() - began
    spent = [used, *end_orphans()]
    print(json.dumps({
        'wall': wall,
        'cpu': sum(each.ru_utime + each.ru_stime for each in spent),
        'memory': max(each.ru_maxrss for each in spent),
        'together': together,
        'code': status >> 8 if status & 0x7f == 0 else -(status & 0x7f),
    }))


def start(stdin, stdout, stderr, command):
    write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    files = [
        (os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, stdout, write, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, stderr, write, 0o600),
    ]
    return os.posix_spawnp(command[0], command, os.environ, file_actions=files)


def end_orphans():
    """What those took that the command has left behind: asked to end, and after two seconds made to."""
    spent = []
    began = time.monotonic()
    asked = set()
    while True:
        for pid in descendants():
            word = signal.SIGKILL if time.monotonic() - began > 2 else signal.SIGTERM
            if (pid, word) not in asked:
                asked.add((pid, word))
                try:
                    os.kill(pid, word)
                except ProcessLookupError:
                    pass
        try:
            pid, _, used = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return spent
        if pid == 0:
            time.sleep(0.005)
        else:
            spent.append(used)


def descendants():
    below = {}
    for name in os.listdir('/proc'):
        if name.isdigit():
            # 4711 (sshd) S 1 … → 1
            stat = read('/proc/%s/stat' % name)
            if stat:
                below.setdefault(int(stat.rpartition(')')[2].split()[1]), []).append(int(name))
    found = []
    waiting = [os.getpid()]
    while waiting:
        children = below.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def held_by(pids):
    """Kilobytes. `Pss_Anon:            1234 kB` → 1234"""
    maps = [read('/proc/%d/smaps_rollup' % pid).splitlines()[1:] for pid in pids]
    sizes = [{line.split(':')[0]: int(line.split()[1]) for line in lines} for lines in maps if lines]
    own = sum(each['Pss_Anon'] + each['Pss_Shmem'] for each in sizes)
    return own + max((each['Rss'] - each['Anonymous'] for each in sizes), default=0)


def read(path):
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        # It has ended meanwhile.
        return ''


main(*sys.argv[1:4], int(sys.argv[4]), sys.argv[5:])
