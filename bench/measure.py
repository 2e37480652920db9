# Runs one command: python3 measure.py STDIN STDOUT STDERR COMMAND…
# Prints one line of JSON: seconds of wall clock and CPU, the kernel's count for the command and all children that it
# waited for, and the kilobytes that the largest of these processes held at most. The time of this wrapper is not in it.
import json
import os
import sys
import time

stdin, stdout, stderr = sys.argv[1:4]
command = sys.argv[4:]
write = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
files = [
    (os.POSIX_SPAWN_OPEN, 0, stdin, os.O_RDONLY, 0),
    (os.POSIX_SPAWN_OPEN, 1, stdout, write, 0o600),
    (os.POSIX_SPAWN_OPEN, 2, stderr, write, 0o600),
]
began = time.perf_counter()
pid = os.posix_spawnp(command[0], command, os.environ, file_actions=files)
_, status, used = os.wait4(pid, 0)
wall = time.perf_counter() - began
print(json.dumps({
    'wall': wall,
    'cpu': used.ru_utime + used.ru_stime,
    'memory': used.ru_maxrss,
    'code': os.waitstatus_to_exitcode(status) if hasattr(os, 'waitstatus_to_exitcode') else status >> 8,
}))
