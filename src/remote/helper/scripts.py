# The programs of a venv: their first lines, and where they come from.
import os
import re

# 'pip3.11 = pip._internal.cli.main:main'
SCRIPT = re.compile(r'^([\w.-]+)\s*=\s*([\w.]+):(\w+)\s*$', re.M)


def version_tuple(text):
    return tuple(int(part) for part in re.findall('[0-9]+', text))


def console_scripts(site, info, version):
    # pip's own list names the Python that its wheel was built with; ensurepip makes these three.
    text = text_of(os.path.join(site, info, 'entry_points.txt'))
    found = SCRIPT.findall(text.partition('[console_scripts]')[2].partition('\n[')[0])
    main = dict((name, (module, function)) for name, module, function in found)
    if 'pip' in main:
        return [(name,) + main['pip'] for name in ('pip', 'pip3', 'pip%d.%d' % version)]
    return found


def text_of(path):
    data = read_file(path) or b''
    return data if isinstance(data, str) else data.decode('utf-8')


def script_text(venv, module, function):
    lines = shebang(os.path.join(venv, 'bin', 'python')) + [
        '# -*- coding: utf-8 -*-', 'import sys', 'from %s import %s' % (module, function), "if __name__ == '__main__':",
        '    sys.exit(%s())' % function]
    return raw_bytes('\n'.join(lines) + '\n')


def shebang(python):
    # The kernel splits at spaces and cuts at 127 bytes: then sh reads the first line, and Python sees a string.
    if len(raw_bytes(python)) <= 120 and ' ' not in python:
        return ['#!' + python]
    return ['#!/bin/sh', "'''exec' \"%s\" \"$0\" \"$@\"" % python, "' '''"]
