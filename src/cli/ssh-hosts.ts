import { globConfigFiles, readConfigFile } from '../transport/ssh-config-files.js'
import { sshConfigHosts } from '../transport/ssh-config-hosts.js'
import type { World } from './world.js'

/** The hosts that this user's ssh_config names. */
export function sshHosts({ home }: World): string[] {
  return sshConfigHosts(
    {
      files: [{ path: `${home}/.ssh/config`, folder: `${home}/.ssh` }],
      read: readConfigFile,
      glob: (pattern, folder) => globConfigFiles(pattern, folder, home),
    },
    ['*'],
  )
}
