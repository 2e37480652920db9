import {
  afterSwitch,
  assertCron,
  assertOurs,
  assertPortsFree,
  assertSwitchable,
  assertWrappers,
  beforeSwitch,
  contents,
  health,
  instanceLink,
  keeperNotes,
  link,
  mendServices,
  procedure,
  release,
  restartServices,
  retire,
  retireVenvs,
  settingsOf,
  stateOf,
  switchBack,
  switchTo,
  takePorts,
  venv,
  writeCron,
  writeWrappers,
} from '../src/index.js'

/** What `venvoy deploy` does, in order. Nothing that serves is touched before the switch. */
export const deploy = procedure(
  'build the venv, ship the code, switch',
  ({ spec, facts, tree, requirements, changes, by, run }) => {
    const state = stateOf(spec, facts)
    assertSwitchable(spec, state)
    assertOurs(spec, state)
    assertPortsFree(spec, facts)
    assertCron(spec, facts)
    assertWrappers(spec, facts, tree)
    const itsVenv = venv(spec, facts, { requirements, tree, deploys: true })
    const { python } = itsVenv
    const notes = [...itsVenv.notes, ...keeperNotes(spec, facts)]
    const settings = settingsOf(spec, facts, tree)
    const { wrappers } = settings.receipt
    const itsRelease = release(spec, state, { tree, venv: itsVenv, by, changes, settings })
    if (itsRelease === undefined) {
      // What serves is right; what `workon` needs may have been lost, or be said otherwise by now.
      const tidied = state.current ? retire(spec, state, state.current.number, python) : []
      const linked = link(spec, state, instanceLink(state), python)
      const started = [
        ...writeWrappers(spec, facts, wrappers, python),
        ...writeCron(spec, facts, python),
        ...mendServices(spec, facts, python),
      ]
      return { prepare: itsVenv.steps, switch: [...linked, ...started], settle: tidied, notes }
    }
    const { number, step } = itsRelease
    const started = [
      ...writeWrappers(spec, facts, wrappers, python),
      ...writeCron(spec, facts, python),
      ...restartServices(spec, facts, python),
    ]
    return {
      prepare: [
        ...takePorts(spec, facts, python),
        contents(spec, python, tree),
        ...itsVenv.steps,
        step,
        ...beforeSwitch(spec, state, number, itsVenv.path),
      ],
      switch: [
        switchTo(spec, state, number, python, { by, run }),
        ...started,
        ...afterSwitch(spec),
        ...health(spec, python),
      ],
      undo: switchBack(spec, state, number, python, { by, run, restart: started }),
      settle: [
        ...retire(spec, { ...state, releases: [...state.releases, number] }, number, python),
        ...retireVenvs(spec, state, itsVenv),
      ],
      notes,
    }
  },
)
