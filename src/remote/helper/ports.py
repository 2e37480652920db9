# Which ports the instances of this user have, of whichever project: "20003 web /home/ann/apps/blog-eu", a line each.
import os
import sys

PORTS_MOVED = 76


def take_ports():
    given = read_input()
    to = expand(given['to'])
    with ports_lock():
        others = [each for each in read_ports() if each[2] != to]
        holders = dict((port, path) for port, _, path in others)
        for port in given['ports'].values():
            if port in holders:
                note('info', 'port %d was given to %s meanwhile: it is planned again' % (port, holders[port]))
                sys.exit(PORTS_MOVED)
        write_ports(others + [(port, name, to) for name, port in given['ports'].items()])


def give_ports_back(to):
    if read_file(ports_file()) is not None:
        with ports_lock():
            write_ports([each for each in read_ports() if each[2] != to])


def ports_file():
    return os.path.join(os.path.expanduser('~'), '.local', 'state', 'venvoy', 'ports')


def ports_lock():
    return Lock(ports_file() + '.lock', 'the list of ports')


def read_ports():
    # Folders that are no instances any more have none.
    lines = [line.split(b' ', 2) for line in (read_file(ports_file()) or b'').splitlines()]
    ports = [(int(line[0]), native(line[1].decode('utf-8')), native(line[2].decode('utf-8'))) for line in lines]
    return [each for each in ports if os.path.isdir(marker_of(each[2]))]


def write_ports(ports):
    lines = [b'%d %s %s\n' % (port, raw_bytes(name), raw_bytes(to)) for port, name, to in sorted(ports)]
    write_whole(ports_file(), b''.join(lines))
