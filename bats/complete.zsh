#!/usr/bin/env zsh
# complete.zsh SCRIPT LINE: what zsh offers at the end of LINE, one a line, with the completion script
# SCRIPT loaded. Completion needs a line editor, so a zsh runs on a pseudo-terminal; each match is
# written down as its functions hand it over.
zmodload zsh/zpty
setopt extended_glob

inner() {
    PROMPT=
    autoload -Uz compinit
    compinit -u -C -d ${1:h}/zcompdump # the list of all functions, made once
    source $1
    bindkey '^M' undefined-key
    bindkey '^J' undefined-key
    bindkey '^I' complete-word
    zstyle ':completion:*' insert-tab false
    mark() { print -rn -- $'\1' }
    compprefuncs=(mark)
    comppostfuncs=(mark exit)
    compadd() {
        if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
            builtin compadd "$@"
            return
        fi
        local -a hits
        local -A before after
        builtin compadd -A hits "$@"
        (( $#hits )) || return 1
        zparseopts -E P:=before S:=after
        print -rl -- $IPREFIX$before[-P]${^hits}
        return 0
    }
    print -rn -- $'\2'
}

zpty shell zsh -f -i
zpty -w shell "$(functions inner); inner ${(q)1}"
zpty -r -m shell ready $'*\2' || exit 1
zpty -w -n shell "$2"$'\t'
zpty -r -m shell text $'*\1*\1' || exit 1
text=${text#*$'\1'}
print -r -- ${${text%$'\1'*}//$'\r'/} | sed '/^$/d' | sort -u
zpty -d shell
