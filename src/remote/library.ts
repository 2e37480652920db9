import workon from './workon.sh'
import workonHooks from './workon-hooks.sh'

const texts = { workon: compact(workon), 'workon-hooks': compact(workonHooks) }

/** The text of a shell function that scripts may ask for (src/shell/context.ts). */
export function library(name: 'workon' | 'workon-hooks'): string {
  return texts[name]
}

/** Comments and indentation do not travel. */
function compact(text: string): string {
  return text.replace(/^[ \t]*(#.*\n)?/gm, '').trimEnd()
}
