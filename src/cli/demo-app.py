"""A web app that says which instance it is and which versions it runs. `python app.py` starts it in the background."""
import os
import platform
import signal
import socketserver
import sys
import time
from http.server import BaseHTTPRequestHandler

import greeting
import plainpage

INSTANCE = os.environ["VENVOY_INSTANCE"]
PORT = int(os.environ["PORT"])
PID_FILE = os.path.expanduser("~/%s.pid" % INSTANCE)


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        body = plainpage.render(
            {
                "instance": INSTANCE,
                "says": greeting.hello(),
                "greeting": greeting.__version__,
                "python": platform.python_version(),
                "prefix": sys.prefix,
            }
        )
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Server(socketserver.TCPServer):
    allow_reuse_address = True


def stop_previous():
    try:
        with open(PID_FILE) as file:
            os.kill(int(file.read()), signal.SIGTERM)
    except (OSError, ValueError):
        pass


def listen(patience=5):
    """The one that served before needs a moment to let go of the port."""
    try:
        return Server(("127.0.0.1", PORT), Page)
    except OSError:
        if patience <= 0:
            raise
    time.sleep(0.05)
    return listen(patience - 0.05)


def main():
    stop_previous()
    # Listening before the fork: whoever waits for this command can ask at once, and a port in use is its failure.
    server = listen()
    pid = os.fork()
    if pid:
        with open(PID_FILE, "w") as file:
            file.write(str(pid))
        return
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    server.serve_forever()


if __name__ == "__main__":
    main()
