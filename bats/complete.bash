#!/bin/bash
# complete.bash SCRIPT WORD...: what bash offers for the last WORD, one a line, with the completion script
# SCRIPT loaded. The words are as readline breaks them: '=' is a word of its own.
# shellcheck disable=SC1090 # the script is the one to test
source "$1"
shift
COMP_WORDS=(drainctl "$@")
COMP_CWORD=$#
COMP_LINE="${COMP_WORDS[*]}"
COMP_POINT=${#COMP_LINE}
_drainctl drainctl "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
((${#COMPREPLY[@]} == 0)) || printf '%s\n' "${COMPREPLY[@]}" | sort -u
