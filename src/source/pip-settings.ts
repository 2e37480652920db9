import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** What the settings of pip are looked for in. */
export interface PipSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly home: string
}

/**
 * The addresses of the indexes that pip would ask on this machine, the main one first: by its env variables and pip.conf,
 * else the one that it has by itself. Empty: no pip is here that could tell.
 */
export async function indexesOfPip(surroundings: PipSurroundings): Promise<readonly string[]> {
  const settings = await readSettings(surroundings)
  const main = settings.get('index-url')?.trim() ?? (await defaultOfPip(surroundings))
  const more = (settings.get('extra-index-url') ?? '').split(/\s+/).filter((url) => url !== '')
  return [...(main === undefined ? [] : [main]), ...more]
}

const keys = ['index-url', 'extra-index-url']

/** Env variables go over files, and later files over earlier ones, as pip has it. */
async function readSettings({ env, home }: PipSurroundings): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const path of settingFiles({ env, home })) {
    const text = await readFile(path, 'utf8').catch(() => '')
    for (const [key, value] of settingsIn(text)) if (keys.includes(key)) found.set(key, value)
  }
  for (const key of keys) {
    const value = env[`PIP_${key.toUpperCase().replaceAll('-', '_')}`]
    if (value) found.set(key, value)
  }
  return found
}

function settingFiles({ env, home }: PipSurroundings): string[] {
  const user = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'pip/pip.conf')
  const own = env.PIP_CONFIG_FILE
  if (own === '/dev/null') return []
  return ['/etc/xdg/pip/pip.conf', '/etc/pip.conf', join(home, '.pip/pip.conf'), user, ...(own ? [own] : [])]
}

/** The settings of `[global]` and, over them, `[download]`. A line with blanks in front continues the one before it. */
function settingsIn(text: string): (readonly [key: string, value: string])[] {
  const lines = text.replace(/\r?\n[ \t]+(?=\S)/g, ' ').split(/\r?\n/)
  const bySection: Record<string, (readonly [string, string])[]> = { global: [], download: [] }
  let section = ''
  for (const line of lines) {
    // '[global]'
    const head = /^\[([^\]]+)\]\s*$/.exec(line)
    if (head !== null) section = head[1]!
    // 'index-url = https://…'; pip reads `_` as `-`
    const [, key, value] = /^([\w-]+)\s*[=:]\s*(.*)$/.exec(line) ?? []
    if (key !== undefined) bySection[section]?.push([key.replaceAll('_', '-'), value!])
  }
  return [...bySection.global!, ...bySection.download!]
}

/** What pip's help names: no program but pip itself should know the address. */
async function defaultOfPip({ env }: PipSurroundings): Promise<string | undefined> {
  const help = await new Promise<string>((resolve) => {
    // Too narrow, it would break the address.
    const options = { env: { ...env, COLUMNS: '4000' }, timeout: 20_000 }
    execFile('python3', ['-m', 'pip', 'download', '--help'], options, (_, stdout) => resolve(stdout))
  })
  // '--index-url <url>  Base URL of the Python Package Index (default https://…/simple)'
  return /--index-url\b[^\n]*\(default (https?:\/\/[^\s)]+)\)/.exec(help)?.[1]
}
