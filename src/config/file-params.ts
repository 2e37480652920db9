import { isMap, isScalar, isSeq, parseDocument, type YAMLMap } from 'yaml'
import { type ParamSpec, paramSpec } from './params.js'

// What a shell and a terminal take as it is: `live`, `1.4`, `web1.example.com`
const harmless = /^[A-Za-z0-9][A-Za-z0-9._:@/-]*$/

/**
 * What the tasks in deploy.yml and its overlay can be told, for completion: quickly, whatever else is wrong with the files. What is
 * wrong in a parameter is left out.
 */
export function fileParams(texts: readonly string[]): ReadonlyMap<string, readonly ParamSpec[]> {
  const documents = texts.map((text) => parseDocument(text, { logLevel: 'silent', uniqueKeys: false }))
  const tasks = documents.flatMap((document) => entriesOf(isMap(document.contents) && document.get('tasks', true)))
  return new Map(
    tasks.map(([name, task]) => {
      const params = entriesOf(isMap(task) && task.get('params', true))
      return [
        name,
        params.filter(([param]) => /^[a-z]\w*$/.test(param)).map(([param, written]) => specOf(param, written)),
      ]
    }),
  )
}

function entriesOf(map: unknown): (readonly [name: string, value: unknown])[] {
  if (!isMap(map)) return []
  return map.items.flatMap(({ key, value }) => (isScalar(key) ? [[String(key.value), value] as const] : []))
}

function specOf(name: string, written: unknown): ParamSpec {
  const map: Pick<YAMLMap, 'get'> = isMap(written) ? written : { get: () => undefined }
  const [type, help, preset] = [map.get('type'), map.get('help'), map.get('default')]
  const list = map.get('choices')
  const items = isSeq(list) ? list.items.map((item) => (isScalar(item) ? item.value : undefined)) : []
  const choices = items.filter((item) => typeof item === 'string' || typeof item === 'number')
  return paramSpec(name, {
    ...((type === 'string' || type === 'number' || type === 'flag') && { type }),
    ...(typeof help === 'string' && { help: help.replace(/[\p{Cc}\s]+/gu, ' ').trim() }),
    ...(['string', 'number', 'boolean'].includes(typeof preset) && { default: preset as string | number | boolean }),
    ...(choices.length > 0 && { choices: choices.filter((choice) => harmless.test(String(choice))) }),
  })
}
