import {
  afterSwitch,
  assertOurs,
  assertSwitchable,
  checkRelease,
  health,
  type Place,
  type Procedure,
  procedure,
  restartServices,
  restoreCron,
  restoreWrappers,
  rollbackOf,
  stateOf,
  switchBack,
  switchTo,
} from '../src/index.js'

/** What `venvoy rollback` does: the code and the venv of an earlier release serve again, by one rename. */
export const rollback = (to?: number): Procedure<Place> =>
  procedure('go back to an earlier release', ({ spec, facts, by, run }) => {
    const state = stateOf(spec, facts)
    assertSwitchable(spec, state)
    assertOurs(spec, state)
    const back = rollbackOf(spec, state, to)
    if (back === undefined) return { prepare: [], switch: [] }
    const { number } = back.release.receipt
    const started = [
      ...restoreWrappers(state, back.release.receipt, back.python),
      ...restoreCron(state, back.release.receipt, back.python),
      ...restartServices(spec, facts, back.python),
    ]
    return {
      prepare: [checkRelease(state, back)],
      switch: [
        switchTo(spec, state, number, back.python, { how: 'rollback', by, run }),
        ...started,
        ...afterSwitch(spec),
        ...health(spec, back.python),
      ],
      undo: switchBack(spec, state, number, back.python, { by, run, restart: started }),
      notes: back.notes,
    }
  })
