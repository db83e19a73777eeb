#compdef drainctl
# zsh completion for drainctl, printed by 'drainctl completion zsh'

#tables#
_drainctl_value_file() { _files }
_drainctl_value_folder() { _files -/ }
_drainctl_value_journal() { _files -g '*.jsonl(-.)' }

# [FORMAT]...: FORMAT, or FORMAT=FILE; of these, if there are any
_drainctl_value_format() {
    if compset -P '*='; then
        _files
    elif (( $# )); then
        compadd -- "$@"
    else
        _drainctl_words_format
    fi
}

_drainctl_value_scenario() {
    _alternative \
        'scenarios:built-in scenario:_drainctl_words_scenario' \
        'files:scenario file:_files -g "*.json(-.)"'
}

_drainctl() {
    local curcontext=$curcontext state line
    typeset -A opt_args
    _arguments -C \
        '(- *)'{-h,--help}'[list the commands]' \
        '(- *)'{-V,--version}'[print the version]' \
        '1:command:_drainctl_value_command' \
        '*::argument:->rest' && return
    if [[ $state == rest ]] && (( $+functions[_drainctl_of_$words[1]] )); then
        _drainctl_of_$words[1]
    fi
}

if [[ $funcstack[1] == _drainctl ]]; then
    _drainctl "$@"
else
    compdef _drainctl drainctl
fi
