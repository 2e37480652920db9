import type { WheelSpec } from '../../src/testing/index.js'

/** Two versions of one package: instances that differ can be told apart. */
export const wheels: readonly WheelSpec[] = ['1.0', '2.0'].map((version) => ({
  name: 'greeting',
  version,
  modules: { 'greeting.py': `__version__ = "${version}"\n` },
}))

/** Prints the version of the package, and of which venv it is. */
export const sayVersion = 'python -c "import greeting, os; print(greeting.__version__, os.environ[\'VIRTUAL_ENV\'])"'
