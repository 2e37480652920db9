import { task } from 'venvoy'

/** Every export that `task` made is a task under its own name. */
export const uptime = task(
  'How busy are the hosts?',
  async (c) => {
    await c.run('uptime')
    const { stdout } = await c.run('uname -s')
    if (stdout.trim() !== 'Linux') throw new Error(`${c.host} runs ${stdout.trim()}`)
  },
  { on: 'hosts' },
)
