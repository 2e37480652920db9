import { VenvoyError } from '../errors.js'
import { quote } from '../shell/quote.js'
import type { KeyedHost } from './keyed-host.js'
import { type KnownHost, keyFingerprint, type ShownKey } from './known-hosts.js'

/** The key of a host is another than the files say. */
export function changedKey(host: KeyedHost, key: ShownKey, lines: readonly KnownHost[]): VenvoyError {
  const known = lines.map(
    (entry) => `known:   ${typeName(entry.type)} ${blobFingerprint(entry.key)}   (${entry.file}:${entry.line})`,
  )
  const files = [...new Set(lines.map((entry) => entry.file))]
  return new VenvoyError({
    kind: 'host-key',
    where: host.label,
    what: `the host key of ${host.keyName} has changed: the host was set up anew, or somebody is in between`,
    why: [...known, `offered: ${describeKey(key)}`],
    next: [
      "compare the offered key with the host's own (on its console: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub);",
      'if they are the same:',
      ...files.map((file) => `ssh-keygen -f ${quote(file)} -R ${quote(host.keyName)}`),
    ].join('\n'),
  })
}

/** A key that somebody has marked as stolen. */
export function revokedKey(host: KeyedHost, key: ShownKey, lines: readonly KnownHost[]): VenvoyError {
  return new VenvoyError({
    kind: 'host-key',
    where: host.label,
    what: `the host key of ${host.keyName} is revoked`,
    why: [`offered: ${describeKey(key)}`, ...lines.map((entry) => `revoked: ${entry.file}:${entry.line}`)],
    next: 'give the host a new key: ssh-keygen -A on the host, then restart its sshd',
  })
}

/** A key that nobody knows, and nobody to ask. `authorities`: those that may sign certificates for the host. */
export function unknownKey(host: KeyedHost, key: ShownKey, authorities: readonly KnownHost[] = []): VenvoyError {
  return new VenvoyError({
    kind: 'host-key',
    where: host.label,
    what: `the host key of ${host.keyName} is not known`,
    why: [
      `offered: ${describeKey(key)}`,
      ...authorities.map(
        (entry) => `trusted: certificates by ${blobFingerprint(entry.key)}   (${entry.file}:${entry.line})`,
      ),
      `looked in: ${host.knownHostsFiles.join(', ')}`,
    ],
    next: 'log in once with ssh and compare the key, or repeat with --accept-new to take new keys as they are',
  })
}

/** The person said no. */
export function refusedKey(host: KeyedHost, key: ShownKey): VenvoyError {
  return new VenvoyError({
    kind: 'host-key',
    where: host.label,
    what: `the host key of ${host.keyName} was not accepted`,
    why: [`offered: ${describeKey(key)}`],
    next: 'compare the key with the one that the host shows on its console',
  })
}

export function hostKeyQuestion(host: KeyedHost, key: ShownKey): string {
  return `${host.label} (${host.keyName}) is not known. Its key is ${describeKey(key)}. Is it the right one?`
}

/** A key that nobody was asked about. */
export const takenKey = (key: ShownKey) => `its new host key was taken as it is: ${describeKey(key)}`

/** `ED25519 SHA256:…`, and who has signed it, where that is said. */
export function describeKey({ type, fingerprint, authority }: ShownKey): string {
  const signed = authority === undefined ? '' : `, certified by ${authority}`
  return `${typeName(type)} ${fingerprint}${signed}`
}

const blobFingerprint = (blob: string) => keyFingerprint(Buffer.from(blob, 'base64'))

// ssh-ed25519 → ED25519     ecdsa-sha2-nistp256 → ECDSA     ssh-rsa-cert-v01@openssh.com → RSA
const typeName = (type: string) =>
  type
    .replace(/^ssh-/, '')
    .replace(/-cert-v01@openssh\.com$/, '')
    .replace(/-sha2-.*$/, '')
    .toUpperCase()
