import { afterAll, describe, expect, it } from 'vitest'
import type { InstanceQuestion } from '../../src/facts/probe.js'
import { noQuestion } from '../../src/facts/probe.js'
import { probe } from '../../src/run/probe.js'
import { localHost } from '../support/session.js'

const host = localHost()
afterAll(() => host.remove())

const instance = (name: string): InstanceQuestion => ({
  ...{ name, to: `~/apps/shop-${name}`, home: '~/.virtualenvs', venvName: `shop-${name}` },
  ...{ python: '', inputs: '0'.repeat(64), ports: true, cron: true, salt: true, services: true },
})

describe('the question about the instances of one host', () => {
  it.each([
    ['goes along with the command line', 3],
    ['is asked behind it where it is longer than a command line may be', 300],
  ])('%s: %i of them', async (_, count) => {
    const instances = Array.from({ length: count }, (_, at) => instance(`client-${at}`))
    const { session, facts } = await probe(host.connection, 'web1', { ...noQuestion, instances }, 'kill')
    session.close()
    expect(Object.keys(facts.instances)).toEqual(instances.map(({ name }) => name))
  })
})
