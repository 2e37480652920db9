// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${ } is the shell's here
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { findSpots } from '../../src/config/find-spots.js'
import { quote } from '../../src/shell/quote.js'

/** Each `{{ x }}` of the text, as what keeps it from being a word, or `word`. */
const look = (text: string) => findSpots(text).map(({ obstacle }) => obstacle ?? 'word')

const unclear = 'behind what is not clear to venvoy here'

describe('where a placeholder stands in a command', () => {
  test.each([
    ['echo {{ x }}', ['word']],
    ['{{ x }}', ['word']],
    ['curl 127.0.0.1:{{ x }}/{{ x }}?a', ['word', 'word']],
    ['a={{ x }} b', ['word']],
    ['echo "{{ x }}"', ['in double quotes']],
    ["echo '{{ x }}'", ['in single quotes']],
    [`echo "a"{{ x }}'b'`, ['word']],
    [`echo "it's" {{ x }}`, ['word']],
    [`echo 'say "' {{ x }}`, ['word']],
    ['echo "a \\" {{ x }}"', ['in double quotes']],
    ['echo \\" {{ x }}', ['word']],
    ["echo \\' {{ x }}", ['word']],
    ["echo 'a\\' {{ x }}", ['word']],
    ["echo $'a\\' {{ x }}'", ['in single quotes']],
    ['echo $"{{ x }}"', ['in double quotes']],
    ['echo \\{{ x }}', ['after a backslash']],
    ['echo \\\\{{ x }}', ['word']],
    ['echo \\\n{{ x }}', ['word']],
    ['echo ${{ x }}', ['after a $']],
    ['echo `echo {{ x }}`', ['in backticks']],
    ['echo `echo \\`` {{ x }}', ['word']],
    ['echo `echo \\` {{ x }}`', ['in backticks']],
    ['echo `true` {{ x }}', ['word']],
    ['echo $(echo {{ x }})', ['word']],
    ['echo "$(echo {{ x }})"', ['word']],
    ['echo "$(echo "{{ x }}")"', ['in double quotes']],
    [`echo "$(echo '{{ x }}')" {{ x }}`, ['in single quotes', 'word']],
    ['echo "$(echo $(echo {{ x }}) "{{ x }}")" "{{ x }}"', ['word', 'in double quotes', 'in double quotes']],
    ['echo "$((cd /; ls) | wc)" {{ x }}', ['word']],
    ['(cd /srv; echo {{ x }})', ['word']],
    ['echo $(( {{ x }} + 1 )) {{ x }}', ['in arithmetic', 'word']],
    ['echo $((1 << 2)) {{ x }}', ['word']],
    ['(( {{ x }} > 1 ))', ['in arithmetic']],
    ['((a <<EOF\nx\nEOF\n)); {{ x }}', [unclear]],
    ['echo ${A:-{{ x }}} {{ x }}', ['in a parameter expansion', 'word']],
    ["echo ${A:-'}'} {{ x }}", ['word']],
    [`echo "\${A:-'}'}" {{ x }}`, [unclear]],
    ['echo ${#A} $# {{ x }}', ['word']],
    ['cat <<EOF\n{{ x }}\nEOF\necho {{ x }}', ['in a heredoc', 'word']],
    ["cat <<'EOF' {{ x }}\n\"\nEOF\necho {{ x }}", ['word', 'word']],
    ['cat <<-EOF\n\t{{ x }}\n\tEOF\n{{ x }}', ['in a heredoc', 'word']],
    ['cat <<-EOF\n EOF\n{{ x }}', ['in a heredoc']],
    ['cat <<A <<"B"\n{{ x }}\nA\n{{ x }}\nB\n{{ x }}', ['in a heredoc', 'in a heredoc', 'word']],
    ['cat <<{{ x }}\n{{ x }}', ['at the end mark of a heredoc', unclear]],
    ['cat <<<{{ x }}', ['word']],
    ['cat << \\EOF\n{{ x }}\nEOF', ['in a heredoc']],
    ['echo "$(cat <<EOF\n{{ x }}\nEOF\n)" {{ x }}', ['in a heredoc', 'word']],
    ["# it's {{ x }}\necho {{ x }}", ['word']],
    ["true;# it's\necho {{ x }}", ['word']],
    ["echo a \\\n# it's\necho {{ x }}", ['word']],
    ["echo a#'{{ x }}'", ['in single quotes']],
    ["echo $(true # it's\n) {{ x }}", ['word']],
    ['echo "$(case a in a) echo "{{ x }}";; esac)"', [unclear]],
    ['echo "$(case a in a) echo {{ x }};; esac)"', ['in double quotes']],
    ['case {{ x }} in a) echo {{ x }};; esac', ['word', 'word']],
    ["docker ps --format '{{.ID}}' {{ x }}", ['in single quotes', 'word']],
    ['echo {{ x', []],
  ])('%j', (text, expected) => {
    expect(look(text)).toEqual(expected)
  })
})

describe('a value in the place of a word reaches the command whole', () => {
  const value = `a 'b' "c" $HOME \`id\` $(id) \\ # * {d,e}`
  test.each([
    'printf "%s\\n" {{ x }}',
    'printf "%s\\n" "$(printf "%s" {{ x }})"',
    `printf "%s\\n" "it's" >/dev/null; printf '%s\\n' {{ x }}`,
    'cat <<"EOF" >/dev/null\n"$(\nEOF\nprintf "%s\\n" {{ x }}',
    'case {{ x }} in *id*) printf "%s\\n" {{ x }};; esac',
    '# don\'t\nprintf "%s\\n" {{ x }}',
    'printf "%s\\n" ${A:-}{{ x }}"$((1 << 2))" | sed s/4$//',
  ])('%j', (text) => {
    expect(new Set(look(text))).toEqual(new Set(['word']))
    const { stdout } = spawnSync('sh', ['-c', text.replaceAll('{{ x }}', quote(value))], { encoding: 'utf8' })
    expect(stdout).toBe(`${value}\n`)
  })
})
