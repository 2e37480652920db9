#compdef venvoy
# Completion of venvoy in zsh. For ~/.zshrc, behind compinit:
#     source <(venvoy completion zsh)
# or as a file named _venvoy in a folder of $fpath.

_venvoy() {
  local line
  local -a described
  # What is typed is handed over word by word and never evaluated.
  while IFS= read -r line; do
    if [[ $line == :files ]]; then
      _files
    else
      # _describe takes `word:description`.
      described+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    fi
  done < <(venvoy __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( ${#described} )) && _describe venvoy described
}

if [[ ${funcstack[1]} == _venvoy ]]; then
  _venvoy "$@"
else
  compdef _venvoy venvoy
fi
