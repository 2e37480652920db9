# Runs a command on a terminal of its own, and answers what it asks there. Python 2.7 to 3.14, standard library only. It is
# read from stdin, with a last line that calls it: `main('…')`, JSON in base64. Nothing of that shows in `ps`, or in any env.
import base64
import errno
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

# Where the shell reads its script.
SCRIPT = 9
# What is kept to look for prompts in.
TAIL = 8192


class Stop(Exception):
    pass


def main(data):
    task = json.loads(base64.b64decode(data).decode("utf-8"))
    answers = [(prompt.encode("utf-8"), answer.encode("utf-8")) for prompt, answer in task["answers"]]
    output = Output([(value.encode("utf-8"), name.encode("utf-8")) for value, name in task["secrets"]])
    readable, writable = os.pipe()
    # Before there is anything to stop.
    on_stop(stop)
    child, terminal = pty.fork()
    if child == 0:
        on_stop(signal.SIG_DFL)
        os.close(writable)
        become(task["shell"], readable)
    try:
        os.close(readable)
        feed(writable, task["script"].encode("utf-8"))
        status = relay(child, terminal, Answers(answers, terminal), output)
    except Stop:
        status = end_session(child)
    output.end()
    leave(status)


def stop(number, frame):
    raise Stop()


def on_stop(handler):
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, handler)


def become(shell, readable):
    # Answers are not echoed, and lines end as they do elsewhere.
    mode = termios.tcgetattr(0)
    mode[3] &= ~termios.ECHO
    mode[1] &= ~termios.ONLCR
    termios.tcsetattr(0, termios.TCSANOW, mode)
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    os.environ.update(COLUMNS="80", LINES="24")
    os.environ.setdefault("TERM", "dumb")
    if readable != SCRIPT:
        os.dup2(readable, SCRIPT)
        os.close(readable)
    fcntl.fcntl(SCRIPT, fcntl.F_SETFD, 0)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    os.execvp(shell, [shell, "-c", 'eval "exec %d<&-;$(cat <&%d)"' % (SCRIPT, SCRIPT)])


def feed(writable, script):
    # A process of its own: a pipe holds only so much, and the shell may never read it.
    if os.fork() == 0:
        on_stop(signal.SIG_DFL)
        try:
            while script:
                script = script[os.write(writable, script) :]
        finally:
            os._exit(0)
    os.close(writable)


def relay(child, terminal, answers, output):
    while True:
        ready = select.select([terminal], [], [], 0.1)[0]
        if ready:
            data = read(terminal)
            if not data:
                return wait(child)
            output.push(data)
            answers.look_at(data)
            continue
        # What the command has started may keep the terminal open: the end is the command's own.
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status


def read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError as error:
        if error.errno == errno.EIO:
            return b""
        raise


def wait(child):
    return os.waitpid(child, 0)[1]


class Answers(object):
    def __init__(self, answers, terminal):
        self.answers = answers
        self.terminal = terminal
        self.tail = b""

    def look_at(self, data):
        self.tail = (self.tail + data)[-TAIL:]
        while True:
            found = [(self.tail.find(prompt), prompt, answer) for prompt, answer in self.answers]
            found = sorted((each for each in found if each[0] >= 0), key=lambda each: each[0])
            if not found:
                return
            start, prompt, answer = found[0]
            self.tail = self.tail[start + len(prompt) :]
            os.write(self.terminal, answer + b"\n")


class Output(object):
    # A command that echoes by itself shows no secret either.
    def __init__(self, secrets):
        self.secrets = [each for each in secrets if len(each[0]) > 3]
        self.held = b""

    def push(self, data):
        data = self.held + data
        for value, name in self.secrets:
            data = data.replace(value, name)
        kept = max([0] + [beginning(value, data) for value, _ in self.secrets])
        self.held = data[len(data) - kept :]
        write(data[: len(data) - kept])

    def end(self):
        write(self.held)
        self.held = b""


def beginning(value, data):
    # The length of the longest end of the data with which the value may begin.
    for length in range(min(len(value) - 1, len(data)), 0, -1):
        if data.endswith(value[:length]):
            return length
    return 0


def write(data):
    while data:
        data = data[os.write(1, data) :]


def end_session(child):
    on_stop(signal.SIG_IGN)
    signal_session(child, signal.SIGTERM)
    signal_session(child, signal.SIGCONT)
    status = None
    for _ in range(10):
        if status is None:
            ended, its = os.waitpid(child, os.WNOHANG)
            status = its if ended else None
        if not session(child):
            break
        time.sleep(0.1)
    signal_session(child, signal.SIGKILL)
    return wait(child) if status is None else status


def session(leader):
    # `4711 (name) S 1 4711 4711 …`: state, parent, group, session
    try:
        pids = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    except OSError:
        return [leader]
    return [pid for pid in pids if session_of(pid) == leader]


def session_of(pid):
    try:
        with open("/proc/%d/stat" % pid) as stat:
            state, _, _, its = stat.read().rpartition(")")[2].split()[:4]
        return None if state == "Z" else int(its)
    except (IOError, OSError, ValueError):
        return None


def signal_session(leader, number):
    for target in [-leader] + session(leader):
        try:
            os.kill(target, number)
        except OSError:
            pass


def leave(status):
    sys.stdout.flush()
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.WEXITSTATUS(status))
