import { type ParamSpec, type ParamType, paramSpec } from '../../config/params.js'
import type { TypedTask } from './task-candidates.js'

// `export const uptime = task('How busy are the hosts?', …`
const exported = /^export const (\w+) = task\(\s*(?:'([^'\n]*)'|"([^"\n]*)")?/gm
// `stage: param.choice(['live', 'test'], { help: 'Where to' })`
const param = /\b([a-z]\w*):\s*param\.(string|number|flag|choice)\(\s*(?:\[([^\]]*)\])?([^()]*)/g

// The next one at the edge: `const …`, `export …`
const statement = /^(?=(?:export|const|let|function|async|class|type|interface)\b)/m

/** The tasks of a file of code by their looks: nobody's code is run because somebody presses Tab. */
export function glimpseTasks(text: string): ReadonlyMap<string, TypedTask> {
  const found = [...text.matchAll(exported)]
  return new Map(
    found.map((match) => {
      const [whole, name, one, two] = match
      const [own = ''] = text.slice(match.index + whole.length).split(statement)
      const params = paramsIn(own)
      // `const params = { … }` above, which several tasks may share.
      const shared = params.length === 0 && /\bparams\b/.test(own) ? paramsIn(text.slice(0, found[0]!.index)) : []
      return [name!, { description: one ?? two ?? '', params: [...params, ...shared] }]
    }),
  )
}

const paramsIn = (text: string): ParamSpec[] =>
  [...text.matchAll(param)].map(([, name, kind, list, options = '']) => {
    const choices = kind === 'choice' ? choicesIn(list ?? '') : []
    const [, one, two] = /help:\s*(?:'([^'\n]*)'|"([^"\n]*)")/.exec(options) ?? []
    return paramSpec(name!, {
      type: kind === 'choice' ? 'string' : (kind as ParamType),
      help: one ?? two,
      // The only one that decides how an option is written.
      ...(kind === 'flag' && /default:\s*true/.test(options) && { default: true }),
      ...(choices.length > 0 && { choices }),
    })
  })

// `'live', "test", 3`
const choicesIn = (list: string): string[] => [...list.matchAll(/['"]?([\w.-]+)['"]?/g)].map(([, choice]) => choice!)
