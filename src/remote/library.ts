import loginBlock from './login-block.sh'
import workon from './workon.sh'
import workonFind from './workon-find.sh'
import workonHooks from './workon-hooks.sh'

const texts = {
  workon: compact(workonFind + workon),
  'workon-hooks': compact(workonFind + workonHooks),
  'login-block': compact(loginBlock),
}

/** The text of a shell function that scripts may ask for (src/shell/context.ts). */
export function library(name: keyof typeof texts): string {
  return texts[name]
}

/** Comments, indentation and empty lines do not travel. The texts hold no heredoc and no word of several lines. */
function compact(text: string): string {
  // `  # why\n`, `  `, `\n`
  return text.replace(/^[ \t]*(#.*)?\n?/gm, '').trimEnd()
}
