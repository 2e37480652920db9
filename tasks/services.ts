import { actOnServices, type Place, type Procedure, procedure } from '../src/index.js'

/** What `venvoy start`, `stop` and `restart` do, on each host by itself. No names: all services. */
export const services = (verb: 'start' | 'stop' | 'restart', names?: readonly string[]): Procedure<Place> =>
  procedure(`${verb} services`, ({ spec, facts }) => ({
    prepare: [],
    switch: actOnServices(spec, facts, verb, names),
  }))
