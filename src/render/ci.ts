type Env = Readonly<Record<string, string | undefined>>

/** The build services whose logs can be folded. */
export type Ci = 'github' | 'gitlab' | 'azure'

/** The build service that we run in, if it is one whose folds we know. */
export function detectCi(env: Env): Ci | undefined {
  if (env.GITHUB_ACTIONS === 'true') return 'github'
  if (env.GITLAB_CI === 'true') return 'gitlab'
  return env.TF_BUILD === 'True' ? 'azure' : undefined
}

/** The lines that begin and end a fold in a build log. */
export interface Fold {
  open(title: string, now: number): string
  close(now: number): string
}

/** How a build service marks folds. GitLab wants seconds and a name; folds do not nest here, so one name will do. */
export function foldOf(ci: Ci): Fold {
  const esc = String.fromCharCode(27)
  const section = (edge: string, now: number) => `${esc}[0Ksection_${edge}:${Math.floor(now / 1000)}:venvoy\r${esc}[0K`
  const folds: Record<Ci, Fold> = {
    github: { open: (title) => `::group::${title}`, close: () => '::endgroup::' },
    azure: { open: (title) => `##[group]${title}`, close: () => '##[endgroup]' },
    gitlab: {
      open: (title, now) => section('start', now) + title,
      close: (now) => section('end', now),
    },
  }
  return folds[ci]
}
