# bash completion for drainctl, printed by 'drainctl completion bash'
# shellcheck shell=bash

#tables#
# What follows speaks of: `value`, the part of the shell word that is to be completed; `lead`, what
# stands before it in the same word ("--report="); `prefix`, how much of the word bash keeps to itself,
# since '=' breaks words for it.

_drainctl_reply() { # reads the candidates, one a line
    mapfile -t COMPREPLY
    COMPREPLY=("${COMPREPLY[@]/#/"$lead"}")
    COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
}

_drainctl_files() { # [PATTERN]: files with that ending and folders, or all files
    compopt -o filenames 2>/dev/null # there is nothing to tell outside of readline
    if [[ ${1-} ]]; then
        local found
        found=$(compgen -f -X "!*$1" -- "$value")
        if [[ $found ]]; then
            printf '%s\n' "$found"
            compgen -d -- "$value"
            return
        fi
    fi
    compgen -f -- "$value"
}

_drainctl_offer() { # KIND: complete the value as one of this kind
    case $1 in
    free) ;;
    file) _drainctl_reply < <(_drainctl_files) ;;
    folder) _drainctl_reply < <(compgen -d -- "$value") ;;
    journal) _drainctl_reply < <(_drainctl_files .jsonl) ;;
    scenario)
        _drainctl_words scenario
        _drainctl_reply < <(compgen -W "$words" -- "$value"; _drainctl_files .json)
        ;;
    format)
        if [[ $value == *=* ]]; then
            lead+=${value%%=*}=
            value=${value#*=}
            _drainctl_offer file
        else
            [[ $words ]] || _drainctl_words format # a command may have its own
            _drainctl_reply < <(compgen -W "$words" -- "$value")
        fi
        ;;
    *)
        _drainctl_words "$1"
        _drainctl_reply < <(compgen -W "$words" -- "$value")
        ;;
    esac
}

# The command behind "--", from word number $1 on: as bash-completion does it, or plainly.
_drainctl_command_line() {
    if declare -F _command_offset >/dev/null; then
        _command_offset "$1"
    elif ((COMP_CWORD == $1)); then
        _drainctl_reply < <(compgen -c -- "$value")
    else
        _drainctl_reply < <(_drainctl_files)
    fi
}

# Join what bash broke at '=': line[] is the words as the shell will see them, up to the cursor.
_drainctl_join() {
    local i joined=
    for ((i = 1; i <= COMP_CWORD; i++)); do
        if ((${#line[@]})) && [[ $joined || ${COMP_WORDS[i]} == = ]]; then
            line[${#line[@]} - 1]+=${COMP_WORDS[i]}
        else
            line+=("${COMP_WORDS[i]}")
        fi
        joined=
        [[ ${COMP_WORDS[i]} == = ]] && joined=yes
        [[ ${COMP_WORDS[i]} == -- && ! $rest ]] && ((i < COMP_CWORD)) && rest=$((i + 1))
    done
}

_drainctl() {
    local -a line=()
    local cur=${COMP_WORDS[COMP_CWORD]} rest='' value lead='' prefix kind='' words='' command
    COMPREPLY=()
    _drainctl_join
    [[ $cur == = ]] && cur=
    value=${line[${#line[@]} - 1]}
    prefix=${value%"$cur"}
    command=${line[0]}
    if ((${#line[@]} == 1)); then
        _drainctl_words command
        words+=' --help --version'
        _drainctl_reply < <(compgen -W "$words" -- "$value")
    elif [[ $rest ]]; then
        _drainctl_arguments "$command"
        if [[ $kind == command_line ]]; then
            _drainctl_command_line "$rest"
        else
            _drainctl_offer "$kind"
        fi
    elif [[ $value == --*=* ]] && _drainctl_value "$command" "${value%%=*}"; then
        lead=${value%%=*}=
        value=${value#*=}
        _drainctl_offer "$kind"
    elif _drainctl_value "$command" "${line[${#line[@]} - 2]}"; then
        _drainctl_offer "$kind"
    else
        _drainctl_arguments "$command"
        if [[ $value == -* || $kind == command_line ]]; then
            _drainctl_options "$command"
            _drainctl_reply < <(compgen -W "$words" -- "$value")
        else
            _drainctl_offer "$kind"
        fi
    fi
}

complete -F _drainctl drainctl
