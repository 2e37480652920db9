import type { VenvSpec } from '../config/spec.js'
import { VenvoyError } from '../errors.js'
import type { ToSend, Wheels } from '../operations/wheels.js'
import { folderStock, namesIn } from './folder-stock.js'
import { gatherWheels } from './gather-wheels.js'
import { IndexStock } from './index-stock.js'
import { indexesOfPip, type PipSurroundings } from './pip-settings.js'
import { indexOf } from './simple-index.js'
import type { SourceOptions } from './source-options.js'
import type { WheelStock } from './wheel-stock.js'

type WheelOptions = Pick<SourceOptions, 'base' | 'cache' | 'signal' | 'onNote'> & PipSurroundings

/** Has at hand what a venv's host is to be sent. Rejects with a VenvoyError that names all that is missing. */
export type WheelsFor = (venv: VenvSpec, needed: ToSend) => Promise<Wheels | undefined>

/** Throws a VenvoyError where the folder that a venv's wheels lie in is not there. */
export async function checkWheels({ wheels }: VenvSpec, base: string): Promise<void> {
  if (typeof wheels === 'object') await namesIn(wheels.folder, base)
}

/** Opens what `wheels:` of venvs names, each once a run however many venvs want it. */
export function openWheels(options: WheelOptions): WheelsFor {
  const stocks = new Map<string, Promise<WheelStock>>()
  return async (venv, needed) => {
    const { wheels = 'server', index } = venv
    const key = JSON.stringify([wheels, index])
    const stock = stocks.get(key) ?? (typeof wheels === 'object' ? folderStock(wheels.folder, options.base) : indexes())
    stocks.set(key, stock)
    return gatherWheels(await stock, needed)

    async function indexes(): Promise<WheelStock> {
      const urls = index === undefined ? await indexesOfPip(options) : [index]
      let isTold = false
      const onFetch = () => {
        if (!isTold) options.onNote('fetching wheels, to be sent to hosts that need no index')
        isTold = true
      }
      return new IndexStock(urls.map(checkedIndex), { cache: options.cache, signal: options.signal, onFetch })
    }
  }
}

function checkedIndex(url: string) {
  // 'https://index.example.com/simple', 'http://…'
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return indexOf(url)
  throw new VenvoyError({
    kind: 'config',
    where: 'venv.index',
    what: 'an index that venvoy itself is to read has an address that begins with https:// or http://',
    next: 'name one, or a folder with the wheels: venv: { wheels: ./wheelhouse }',
  })
}
