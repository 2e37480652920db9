# A step that is done as another user: by a copy of this program, which is handed its job and the contents it asks for.
import os
import pwd
import signal
import subprocess
import sys


class Told(Failure):
    # It has explained itself already.
    def lines(self):
        return []


def login_name():
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def by_whom(kind, job):
    if job.get('as') in (None, login_name()):
        job['contents'] = OwnContents(job)
        return WORKS[kind](job)
    return by_other(kind, job)


def by_other(kind, job):
    own = OwnContents(job)
    restore = (lambda: signal.signal(signal.SIGPIPE, signal.SIG_DFL)) if sys.version_info[0] == 2 else None
    with open(os.devnull, 'r+b') as null:
        child = subprocess.Popen(job['switch'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, preexec_fn=restore,
                                 stderr=null if kind == 'lacks' else None)
    try:
        child.stdin.write(raw_bytes(job.pop('lead', '')))
        hand(child, raw_bytes(SOURCE))
        hand(child, one_line_json(list(job.items()) + [('work', kind)]))
        value = relay(child, own)
    except (IOError, OSError):
        # It has gone before it heard all: how it ended says more.
        value = None
    child.stdin.close()
    code = child.wait()
    if code or value is None:
        raise Told('as %s' % job['as'], [], None, code if code > 0 else 1)
    own.drop()
    return value['value']


def hand(child, data):
    child.stdin.write(b'%016x' % len(data) + data)
    child.stdin.flush()


def relay(child, own):
    # Gives the last event; all else is passed on.
    for line in iter(child.stdout.readline, b''):
        event = parse_json(line[1:]) if line.startswith(EVENT_MARK) else {}
        if event.get('event') == 'want':
            child.stdin.write(b'%016x' % own.size(event['digest']))
            for part in own.parts(event['digest']):
                child.stdin.write(part)
            child.stdin.flush()
        elif event.get('event') == 'gave':
            return event
        else:
            tell(1, line)
            pass_on(child, event.get('count', 0) if event.get('event') == 'bytes' else 0)
    return None


def pass_on(child, count):
    while count:
        part = child.stdout.read(min(count, CHUNK))
        if not part:
            return
        tell(1, part)
        count -= len(part)


def work_for_other():
    job = parse_json(read_exactly(read_length()))
    job['contents'] = AskedContents()
    emit('gave', value=WORKS[job['work']](job))
