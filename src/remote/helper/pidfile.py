# The manager of hosts that have none: a session of its own for each service, ended as a group.
import errno
import os
import signal
import time

LOG_BYTES = 10 * 1024 * 1024
# The rest comes from the release.
ENV = ('HOME', 'USER', 'LOGNAME', 'SHELL', 'PATH', 'LANG', 'LANGUAGE', 'TZ', 'TMPDIR')
KILL_SECONDS = 5


def log_of(to, name):
    return os.path.join(marker_of(to), 'log', name)


def last_lines_of(path, begin=0):
    data = (read_file(path) or b'')[begin:]
    return [native_text(line) for line in data[-8192:].splitlines()[-LOG_LINES:]]


class PidFile(object):
    def __init__(self, to):
        self.to, self.children, self.begins = to, {}, {}

    def check(self, _):
        pass

    def place(self, _):
        pass

    def remove(self, entries):
        for each in entries:
            remove_file(log_of(self.to, each['name']))
            remove_file(log_of(self.to, each['name']) + '.1')

    def restart(self, entries):
        self.stop(entries)
        for each in entries:
            self.start(each)

    def stop(self, entries):
        groups = [Group(self.to, each) for each in entries]
        for group in groups:
            group.ask()
        for group in groups:
            group.wait()

    def start(self, entry):
        log = log_of(self.to, entry['name'])
        make_folder(os.path.dirname(log))
        if os.path.exists(log) and os.path.getsize(log) > LOG_BYTES:
            os.rename(log, log + '.1')
        self.begins[entry['name']] = os.path.getsize(log) if os.path.exists(log) else 0
        pid = os.fork()
        if pid == 0:
            try:
                become(os.path.join(self.to, 'run'), entry['name'], log)
            finally:
                os._exit(127)
        self.children[entry['name']] = pid

    def has_failed(self, entry):
        pid = self.children.get(entry['name'])
        return pid is not None and os.waitpid(pid, os.WNOHANG)[0] == pid

    def last_lines(self, entry):
        return last_lines_of(log_of(self.to, entry['name']), self.begins.get(entry['name'], 0))


def become(program, name, log):
    # Locks of this process, and its pipes, must not live on in a service.
    os.setsid()
    os.chdir('/')
    os.umask(0o022)
    for number in (signal.SIGPIPE, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    out = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((null, 0), (out, 1), (out, 2)):
        os.dup2(source, target)
    folder = '/proc/self/fd' if has_proc() else '/dev/fd'
    for each in list_folder(folder):
        if int(each) > 2:
            close_quietly(int(each))
    env = dict((key, os.environ[key]) for key in os.environ if key in ENV or key.startswith('LC_'))
    try:
        os.execve(program, [program, name], env)
    except OSError as error:
        say('%s: %s' % (program, error.strerror))


def close_quietly(fd):
    try:
        os.close(fd)
    except OSError:
        # That of the listing itself.
        pass


class Group(object):
    # A service with all that it started. A number that another process has by now is never signalled.
    def __init__(self, to, entry):
        self.entry, self.note = entry, read_note(to, entry['name'])
        if self.note is not None and not self.is_ours():
            self.note = None

    def is_ours(self):
        if is_alive(self.note):
            return True
        # While members are left, the kernel gives the number of their leader to nobody.
        found = process_of(self.note.pid)
        return has_proc() and is_of_this_boot(self.note) and (found is None or found[2] == self.note.start)

    def members(self):
        if not has_proc():
            return can_signal(-self.note.pid)
        found = [process_of(int(each)) for each in os.listdir('/proc') if each.isdigit()]
        return any(each is not None and each[1] == self.note.pid and each[0] not in 'ZX' for each in found)

    def signal(self, number, whole):
        try:
            os.kill(-self.note.pid if whole else self.note.pid, number)
        except OSError as error:
            if error.errno != errno.ESRCH:
                raise

    def ask(self):
        if self.note is not None:
            self.deadline = clock() + self.entry['timeout']
            self.is_told = self.entry['all']
            self.signal(getattr(signal, 'SIG' + self.entry['signal']), self.is_told)

    def wait(self):
        # The main process first: it may want to end its workers by itself. What it leaves behind is told then.
        while self.note is not None and self.members():
            if clock() > self.deadline:
                self.signal(signal.SIGKILL, True)
                self.deadline += KILL_SECONDS
            elif not self.is_told and not is_alive(self.note):
                self.signal(signal.SIGTERM, True)
                self.is_told = True
            time.sleep(0.05)
