import { join } from 'node:path'
import { globConfigFiles, readConfigFile } from '../transport/ssh-config-files.js'
import { sshConfigHosts } from '../transport/ssh-config-hosts.js'
import type { World } from './world.js'

/** This user's ssh_config. */
export const ownSshConfig = ({ home }: Pick<World, 'home'>): string => join(home, '.ssh', 'config')

/** The hosts that ssh_config names, this user's and the system's, as far as they are called like a pattern. */
export function sshHosts({ home }: Pick<World, 'home'>, patterns: readonly string[] = ['*']): string[] {
  const files = [
    { path: ownSshConfig({ home }), folder: join(home, '.ssh') },
    { path: '/etc/ssh/ssh_config', folder: '/etc/ssh' },
  ]
  const glob = (pattern: string, folder: string) => globConfigFiles(pattern, folder, home)
  return sshConfigHosts({ files, read: readConfigFile, glob }, patterns)
}
