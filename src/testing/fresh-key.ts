import ssh2 from 'ssh2'

/** The length of a whole ed25519 public key as SSH writes it: two length words, `ssh-ed25519` and 32 bytes. */
const publicKeyBytes = 4 + 11 + 4 + 32

/** A new ed25519 key pair, both halves in OpenSSH's text form. */
export function freshKey(): { private: string; public: string } {
  // ssh2 1.17 drops leading zero bytes of the public key: one pair in 256 is unusable.
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    const blob = pair.public.split(' ')[1] ?? ''
    if (Buffer.from(blob, 'base64').length === publicKeyBytes) return pair
  }
}
