# Completion of venvoy in bash 3.2 and later. For ~/.bashrc:
#     source <(venvoy completion bash)

# The words as they were typed: bash has broken them at `:`, `=` and `@`. What is typed is never evaluated.
_venvoy_words() {
  local i rest=${COMP_LINE:0:COMP_POINT} blanks
  venvoy_words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    blanks=${rest%%[![:blank:]]*}
    rest=${rest#"$blanks"}
    if [[ $i -gt 0 && -z $blanks ]]; then
      venvoy_words[${#venvoy_words[@]} - 1]+=${COMP_WORDS[i]}
    else
      venvoy_words+=("${COMP_WORDS[i]}")
    fi
    rest=${rest#"${COMP_WORDS[i]}"}
  done
}

_venvoy() {
  local venvoy_words line current=${COMP_WORDS[COMP_CWORD]} whole done_with
  _venvoy_words
  whole=${venvoy_words[${#venvoy_words[@]} - 1]}
  # What readline has for an earlier word already: `deploy@` of `deploy@web1`.
  [[ $current == [:=@] ]] && current=
  done_with=${whole%"$current"}
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      compopt -o default 2>/dev/null || :
    else
      line=${line%%$'\t'*}
      COMPREPLY+=("${line#"$done_with"}")
    fi
  done < <(venvoy __complete -- "${venvoy_words[@]:1}" 2>/dev/null)
}

complete -F _venvoy venvoy
