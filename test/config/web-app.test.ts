import { expect, it } from 'vitest'
import { findWebApp } from '../../src/config/web-app.js'

const cases: readonly (readonly [files: Record<string, string>, found: unknown])[] = [
  [{ 'app.py': 'print("Flask(")\n' }, undefined],
  [{ 'manage.py': 'print("a script of our own")' }, undefined],
  [{ 'manage.py': 'from django.core import management' }, { kind: 'django' }],
  [{ 'app.py': 'app = Flask(__name__)' }, { kind: 'flask', app: 'app:app' }],
  [{ 'src/shop/web.py': 'import flask\nsite = flask.Flask(__name__)' }, { kind: 'flask', app: 'shop.web:site' }],
  [
    { 'shop/__init__.py': 'def create_app(x=1):\n    return Flask(__name__)' },
    { kind: 'flask', app: 'shop:create_app' },
  ],
  [{ 'api/main.py': 'api: FastAPI = FastAPI()' }, { kind: 'fastapi', app: 'api.main:api' }],
  [
    { 'a/b.py': 'app = Flask(1)', 'main.py': 'app = FastAPI()' },
    { kind: 'fastapi', app: 'main:app' },
  ],
  [{ 'src.py': 'app = FastAPI()' }, { kind: 'fastapi', app: 'src:app' }],
]

it.each(cases)('finds in %j', (files, found) => {
  expect(findWebApp(new Map(Object.entries(files)))).toEqual(found)
})
