import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Page(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"ready: release {os.environ['VENVOY_RELEASE']}\n".encode())

    def log_message(self, *_):
        pass


ThreadingHTTPServer(('', int(os.environ['PORT'])), Page).serve_forever()
