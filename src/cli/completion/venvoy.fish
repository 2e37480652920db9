# Completion of venvoy in fish. For ~/.config/fish/config.fish:
#     venvoy completion fish | source

function __venvoy_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    # What is typed is handed over word by word and never evaluated.
    for line in (venvoy __complete -- $words[2..-1] "$current" 2>/dev/null)
        if test "$line" = :files
            __fish_complete_path "$current"
        else
            printf '%s\n' "$line"
        end
    end
end

complete -c venvoy -e
complete -c venvoy -f -a '(__venvoy_complete)'
