/** What a project is, as far as it matters for what a first deploy.yml says. */
export type WebApp =
  | { readonly kind: 'django'; readonly settings?: string }
  | { readonly kind: 'flask'; readonly app: string }
  | { readonly kind: 'fastapi'; readonly app: string }

/** Which web framework the files of a project use, if it is one that venvoy knows. */
export function findWebApp(files: ReadonlyMap<string, string>): WebApp | undefined {
  const manage = files.get('manage.py')
  if (manage !== undefined && /django/i.test(manage)) return django(manage)
  const modules = [...files].filter(([path]) => path.endsWith('.py')).sort(([a], [b]) => depth(a) - depth(b))
  for (const [path, text] of modules) {
    // `app = FastAPI(`, `api: FastAPI = fastapi.FastAPI(title='x')`
    const fastapi = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:fastapi\.)?FastAPI\(/m.exec(text)?.[1]
    if (fastapi !== undefined) return { kind: 'fastapi', app: `${moduleOf(path)}:${fastapi}` }
    // `app = Flask(__name__)`, `app = flask.Flask(`; inside of `def create_app():` it is the function that counts
    const flask = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:flask\.)?Flask\(/m.exec(text)?.[1]
    const factory = /^def (create_app|make_app)\([\s\S]*?\bFlask\(/m.exec(text)?.[1]
    const name = flask ?? factory
    if (name !== undefined) return { kind: 'flask', app: `${moduleOf(path)}:${name}` }
  }
  return undefined
}

function django(manage: string): WebApp {
  // os.environ.setdefault("DJANGO_SETTINGS_MODULE", "blog.settings")
  const settings = /DJANGO_SETTINGS_MODULE["']\s*,\s*["']([\w.]+)["']/.exec(manage)?.[1]
  return { kind: 'django', ...(settings !== undefined && { settings }) }
}

const depth = (path: string): number => path.split('/').length

/** `blog/__init__.py` is blog, `src/blog/main.py` is blog.main. */
function moduleOf(path: string): string {
  const parts = path.replace(/\.py$/, '').split('/')
  const named = parts.at(-1) === '__init__' ? parts.slice(0, -1) : parts
  return named.slice(named[0] === 'src' && named.length > 1 ? 1 : 0).join('.')
}
