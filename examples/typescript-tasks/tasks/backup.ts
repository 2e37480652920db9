import { exec, task } from 'venvoy'

/** On instances: in the venv, the folder and the env of each. */
export const backup = task('Dump the data, and keep the five newest dumps', async (c) => {
  await c.run('mkdir -p ~/backups')
  await c.run(`python manage.py dumpdata > ~/backups/${c.instance}-"$(date +%Y%m%d-%H%M%S)".json`)
  await c.cd('~/backups', async (c) => {
    const { stdout } = await c.run(`ls -1t ${c.instance}-*.json`)
    const old = stdout.trimEnd().split('\n').slice(5)
    // `exec` takes words, and each arrives as it is, whatever is in it.
    if (old.length > 0) await c.run(exec('rm', '--', ...old))
  })
})
