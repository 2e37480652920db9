# Runs the helper as if the file system could share blocks: clones.py PROGRAM ACTION. What is cloned is noted in ~/cloned.
import fcntl
import os
import sys

PROGRAM, ACTION = sys.argv[1:3]


def ioctl(fd, request, taken):
    assert request == 0x40049409
    os.write(fd, os.pread(taken, 1000, 0) if hasattr(os, 'pread') else open('/proc/self/fd/%d' % taken, 'rb').read())
    with open(os.path.expanduser('~/cloned'), 'a') as noted:
        noted.write(os.path.basename(os.readlink('/proc/self/fd/%d' % fd)) + '\n')


fcntl.ioctl = ioctl
sys.argv = ['-c', ACTION]
# The program comes as an expression that reads it from the env.
exec(PROGRAM)
