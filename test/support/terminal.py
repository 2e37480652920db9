"""Runs a program on a pty and types at it, as a person does: waits for a text, then types the next.

stdin: {"argv", "cwd", "env", "columns", "rows", "script": [{"expect"?, "type"?, "columns"?, "rows"?}]}
stdout: {"screen", "code", "missed"?}
"""
import fcntl, json, os, pty, re, select, signal, struct, sys, termios, time

told = json.load(sys.stdin)
pid, master = pty.fork()
if pid == 0:
    os.chdir(told["cwd"])
    os.execvpe(told["argv"][0], told["argv"], told["env"])


def resize(rows, columns):
    fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


resize(told["rows"], told["columns"])
screen, seen = b"", 0
deadline = time.time() + 45
steps = list(told["script"])
missed = None


def ready(step):
    global seen
    match = re.search(step.get("expect", "").encode(), screen[seen:])
    if match is None:
        return False
    seen += match.end()
    return True


while True:
    while steps and ready(steps[0]):
        step = steps.pop(0)
        if "columns" in step:
            resize(step["rows"], step["columns"])
        if "type" in step:
            os.write(master, step["type"].encode())
    if time.time() > deadline:
        missed = steps[0].get("expect") if steps else "the end"
        os.kill(pid, signal.SIGKILL)
        break
    if select.select([master], [], [], 0.2)[0]:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        screen += data
_, status = os.waitpid(pid, 0)
code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
if missed is None and steps:
    missed = steps[0].get("expect")
json.dump({"screen": screen.decode("utf-8", "replace"), "code": code, "missed": missed}, sys.stdout)
