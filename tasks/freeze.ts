import { task } from '../src/index.js'

/** What `venvoy venv freeze` runs, in the venv of each instance. */
export const freeze = task('pip freeze', async (c) => {
  await c.run('python -m pip freeze')
})
