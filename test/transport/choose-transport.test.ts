import { expect, test } from 'vitest'
import { type ChoiceFacts, chooseTransport, secondChoice } from '../../src/transport/choose-transport.js'

const keys = { certificates: [], shown: [], securityKeys: [] }
const usual: ChoiceFacts = {
  route: { transport: 'auto', sshOnly: [] },
  ...{ keys, usable: 1, wantsCertificate: false, isKnown: false },
}
const certificates = { ...keys, certificates: ['id-cert.pub'] }
const securityKeys = { ...keys, securityKeys: ['id_ed25519_sk'] }

const rows: [title: string, facts: Partial<ChoiceFacts>, why: string | undefined][] = [
  ['nothing special', {}, undefined],
  ['the file says ssh', { route: { transport: 'ssh', sshOnly: [] } }, 'deploy.yml says so'],
  ['the file says ssh2', { route: { transport: 'ssh2', sshOnly: ['PKCS11Provider'] }, keys: certificates }, undefined],
  ['a smart card', { route: { transport: 'auto', sshOnly: ['PKCS11Provider'] } }, 'ssh_config says PKCS11Provider'],
  ['a host certificate', { wantsCertificate: true, isKnown: true }, 'known_hosts knows it by a certificate authority'],
  ['ssh got in the last time', { lastBySsh: 'it takes Kerberos tickets' }, 'it takes Kerberos tickets'],
  ['a certificate', { keys: certificates }, 'there is a certificate to show (id-cert.pub)'],
  ['a certificate where a key was enough last time', { keys: certificates, isKnown: true }, undefined],
  ['a security key beside others', { keys: securityKeys, usable: 1 }, undefined],
  ['only a security key', { keys: securityKeys, usable: 0 }, 'its key is a security key (id_ed25519_sk)'],
]

test.each(rows)('%s', (_, facts, why) => {
  expect(chooseTransport({ ...usual, ...facts })).toEqual(why === undefined ? { by: 'ssh2' } : { by: 'ssh', why })
})

const refused = { hasCommonAlgorithm: true, takesTicket: false }
test.each([
  ['no algorithm', {}, { ...refused, hasCommonAlgorithm: false }, 'ssh2 has no algorithm in common with it'],
  ['a security key left', { keys: securityKeys }, refused, 'the next key to try is a security key (id_ed25519_sk)'],
  ['a ticket', {}, { ...refused, takesTicket: true }, 'it takes Kerberos tickets'],
  ['nothing more to show', {}, refused, undefined],
  ['ssh2 alone wanted', { route: { transport: 'ssh2', sshOnly: [] } }, { ...refused, takesTicket: true }, undefined],
] as const)('after ssh2 was refused, with %s', (_, facts, outcome, why) => {
  expect(secondChoice({ ...usual, ...facts }, outcome)).toBe(why)
})
