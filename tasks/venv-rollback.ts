import {
  afterSwitch,
  assertOurs,
  assertSwitchable,
  checkVenv,
  health,
  link,
  type Place,
  type Procedure,
  procedure,
  renewRelease,
  restartServices,
  restoreCron,
  retire,
  stateOf,
  switchBack,
  switchTo,
  venvRollbackOf,
} from '../src/index.js'

/** What `venvoy venv rollback` does: an earlier venv serves again, by one rename, with the files that serve now. */
export const venvRollback = (to?: string): Procedure<Place> =>
  procedure('go back to an earlier venv', ({ spec, facts, by, run }) => {
    const state = stateOf(spec, facts)
    assertSwitchable(spec, state)
    assertOurs(spec, state)
    const back = venvRollbackOf(spec, state, to)
    if (back === undefined) return { prepare: [], switch: [] }
    const { venv, notes } = back
    const python = venv.receipt.python.real
    if (state.current === undefined) {
      const turned = link(spec, state, venv.path, python, { how: 'venv-rollback', by })
      return { prepare: [checkVenv(back)], switch: turned, notes }
    }
    const { number, step } = renewRelease(spec, state, back, by)
    const started = [...restoreCron(state, state.current, python), ...restartServices(spec, facts, python)]
    const left = [...(state.left ?? []), state.current.number]
    return {
      prepare: [checkVenv(back), step],
      switch: [
        switchTo(spec, state, number, python, { how: 'venv-rollback', by, run }),
        ...started,
        ...afterSwitch(spec),
        ...health(spec, python),
      ],
      undo: switchBack(spec, state, number, python, { by, run, restart: started }),
      settle: retire(spec, { ...state, releases: [...state.releases, number], left }, number, python),
      notes,
    }
  })
