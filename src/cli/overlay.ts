import { basename, dirname, join } from 'node:path'

/** The place of the file that goes over a deploy.yml, where there is one: `deploy.local.yml` beside it. */
export const overlayOf = (place: string): string =>
  join(
    dirname(place),
    // `deploy.yml` → `deploy.local.yml`, `deploy` → `deploy.local.yml`
    basename(place).replace(/(\.ya?ml)?$/, (end) => `.local${end || '.yml'}`),
  )
