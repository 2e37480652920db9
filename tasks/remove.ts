import { type Place, type Procedure, procedure, removeInstance } from '../src/index.js'

/** What `venvoy remove` does, on each host by itself. */
export const remove = (keepShared: boolean): Procedure<Place> =>
  procedure('take an instance away', ({ spec, facts }) => ({
    prepare: [],
    switch: removeInstance(spec, facts, { keepShared }),
  }))
