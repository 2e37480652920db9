import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { factNames } from '../src/config/facts.js'
import { readConfig } from '../src/config/read.js'

const pages = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'bench/README.md',
  ...readdirSync('docs').map((name) => `docs/${name}`),
]
const examples = readdirSync('examples', { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('README.md'),
)
const all = [...pages, ...examples.map((name) => `examples/${name}`)].filter((page) => page.endsWith('.md'))

/** The fenced blocks of a language, with the line that each begins on. */
function blocks(page: string, language: string): { line: number; text: string }[] {
  const found = readFileSync(page, 'utf8').matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))
  return [...found].map((match) => ({
    line: match.input.slice(0, match.index).split('\n').length,
    text: match[1] ?? '',
  }))
}

describe('the documentation', () => {
  it.each(all)('%s has no link that leads nowhere', (page) => {
    const text = readFileSync(page, 'utf8').replace(/^```.*?^```/gms, '')
    // `[words](docs/x.md#part)`, not addresses
    const links = [...text.matchAll(/\]\((?!\w+:)([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? '')
    expect(links.filter((link) => !existsSync(join(dirname(page), link)))).toEqual([])
  })

  const configs = all.flatMap((page) =>
    blocks(page, 'ya?ml').map(({ line, text }) => ({ place: `${page}:${line}`, text })),
  )
  const whole = configs.filter(({ text }) => /^project:/m.test(text))
  it('shows whole deploy.yml files', () => {
    expect(whole.length).toBeGreaterThan(0)
  })

  it.each(whole)('shows a deploy.yml without a mistake at $place', ({ place, text }) => {
    expect(readConfig({ file: place, text }, { env: () => 'a secret' }).diagnostics).toEqual([])
  })

  it('has every fact, by its name in conditions and its name in code', () => {
    const rows = readFileSync('docs/steps.md', 'utf8').matchAll(/^\| (`facts\.[^|]*) \| ([^|]*) \|/gm)
    const words = (cell = '') => [...cell.matchAll(/`(?:facts\.)?(\w+)`/g)].map((match) => match[1]!)
    const said = [...rows].flatMap(([, names, own]) => words(names).map((name, i) => [name, words(own)[i]]))
    expect(said).toEqual(Object.entries(factNames))
  })

  it('says nothing of a version that is not the changelog’s', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    expect(readFileSync('CHANGELOG.md', 'utf8')).toContain(`\n## ${version}\n`)
  })
})
