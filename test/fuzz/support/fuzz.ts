import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Dice, mutate } from './mutate.js'

const corpora = join(import.meta.dirname, '..', 'corpus')
const seed = process.env.VENVOY_TEST_SEED ?? 'venvoy'
/** How long each reader is fuzzed, beyond the fixed number of texts that all runs try. */
const seconds = Number(process.env.VENVOY_FUZZ_SECONDS ?? 0)
const tries = process.env.VENVOY_TEST_ALL ? 20_000 : 250
/** A text that takes longer is a way to make venvoy hang. */
const longestMs = 10_000

/**
 * Holds a reader to `check`, which throws where something is wrong, for all texts of its corpus and for texts made of them. One that
 * fails is kept in the corpus: mended, it is a test from then on.
 */
export function fuzz(name: string, extra: readonly string[], check: (text: string) => void | Promise<void>): void {
  const folder = join(corpora, name)
  const files = readdirSync(folder).sort()
  const texts = [...files.map((file) => readFileSync(join(folder, file), 'utf8')), ...extra]

  describe(name, () => {
    it.each(files)('is read as it should be: %s', (file) => check(readFileSync(join(folder, file), 'utf8')))

    it(
      `holds for texts made of these, seed ${seed}`,
      async () => {
        const dice = new Dice(`${seed} ${name}`)
        const until = Date.now() + seconds * 1000
        let count = 0
        for (; count < tries || Date.now() < until; count++) {
          const text = mutate(dice.pick(texts), dice, texts)
          const began = performance.now()
          try {
            await check(text)
          } catch (error) {
            throw new Error(`${keep(folder, text)} fails`, { cause: error })
          }
          if (performance.now() - began > longestMs) throw new Error(`${keep(folder, text)} takes too long`)
        }
        expect(count).toBeGreaterThanOrEqual(tries)
      },
      120_000 + seconds * 1000,
    )
  })
}

/** The failing text, in the corpus: `test/fuzz/corpus/yaml/found-1a2b3c4d`. */
function keep(folder: string, text: string): string {
  const name = `found-${createHash('sha256').update(text).digest('hex').slice(0, 8)}`
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), text)
  return join('test/fuzz/corpus', folder.slice(corpora.length + 1), name)
}
