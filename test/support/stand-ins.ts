import { createHash } from 'node:crypto'
import { buildWheel, type WheelSpec, wheelFilename } from '../../src/testing/index.js'

/** Serves what is named as `module:app`, from the folder where it is called. */
const named = `
import importlib, sys

def app():
    sys.path.insert(0, '')
    module, name = sys.argv[1].split(':')
    return getattr(importlib.import_module(module), name)

def option(name):
    return sys.argv[sys.argv.index(name) + 1]
`

const gunicorn = `from wsgiref.simple_server import WSGIRequestHandler, make_server
from standing_in import app, option

class Handler(WSGIRequestHandler):
    def log_message(self, *_):
        pass

def main():
    host, port = option('--bind').split(':')
    make_server(host, int(port), app(), handler_class=Handler).serve_forever()
`

const fastapi = `import re

class HTTPException(Exception):
    pass

class FastAPI:
    def __init__(self):
        self.routes = []

    def route(self, method, path):
        pattern = re.sub(r'{(\\w+)}', r'(?P<\\1>[^/]+)', path) + '$'
        return lambda call: self.routes.append((method, pattern, call)) or call

    def get(self, path):
        return self.route('GET', path)

    def post(self, path):
        return self.route('POST', path)

    def answer(self, method, path):
        for known, pattern, call in self.routes:
            match = re.match(pattern, path)
            if match and known == method:
                return call(**{key: call.__annotations__[key](value) for key, value in match.groupdict().items()})
        raise HTTPException(404)
`

const uvicorn = `import json
from http.server import BaseHTTPRequestHandler, HTTPServer
from fastapi import HTTPException
from standing_in import app, option

def main():
    served = app()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            try:
                status, said = 200, served.answer(self.command, self.path)
            except HTTPException as error:
                status, said = error.args[0], None
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(said, separators=(',', ':')).encode())

        do_POST = do_GET

    HTTPServer((option('--host'), int(option('--port'))), Handler).serve_forever()
`

/** Packages that are called as the real ones and do, of what those do, what the examples ask of them. */
export const standIns: readonly WheelSpec[] = [
  wheel('standing-in', { 'standing_in.py': named }),
  wheel('gunicorn', { 'gunicorn.py': gunicorn }, { requires: ['standing-in'], scripts: { gunicorn: 'gunicorn:main' } }),
  wheel('fastapi', { 'fastapi.py': fastapi }),
  wheel('uvicorn', { 'uvicorn.py': uvicorn }, { requires: ['standing-in'], scripts: { uvicorn: 'uvicorn:main' } }),
]

/** A pylock.toml that asks for these of them. */
export const standInLock = (...names: readonly string[]): string =>
  ['lock-version = "1.0"', 'created-by = "a test"', ...standIns.filter(({ name }) => names.includes(name)).map(locked)]
    .map((part) => `${part}\n`)
    .join('')

function locked(wheel: WheelSpec): string {
  const sha256 = createHash('sha256').update(buildWheel(wheel)).digest('hex')
  return `[[packages]]
name = "${wheel.name}"
version = "${wheel.version}"
wheels = [{ path = "${wheelFilename(wheel)}", hashes = { sha256 = "${sha256}" } }]`
}

function wheel(name: string, modules: WheelSpec['modules'], more: Partial<WheelSpec> = {}): WheelSpec {
  return { name, version: '1.0', modules, ...more }
}
