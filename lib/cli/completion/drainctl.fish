# fish completion for drainctl, printed by 'drainctl completion fish'

function __drainctl_no_command
    test (count (commandline -opc)) -eq 1
end

# __drainctl_in COMMAND: it is being typed, and no "--" was
function __drainctl_in
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test "$words[2]" = $argv[1]; and not contains -- -- $words
end

# __drainctl_behind COMMAND: it is being typed, behind "--"
function __drainctl_behind
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test "$words[2]" = $argv[1]; and contains -- -- $words
end

# complete the command behind "--" as if it stood alone
function __drainctl_command_line
    set -l words (commandline -opc)
    set -l first (math (contains -i -- -- $words) + 1)
    set -l rest
    test $first -le (count $words); and set rest (string escape -- $words[$first..-1])
    complete -C (string join ' ' -- $rest (commandline -ct))
end

# [FORMAT]...: FORMAT, or FORMAT=FILE; of these, if there are any
function __drainctl_value_format
    set -l word (string replace -r '^--report=' '' -- (commandline -ct))
    if not string match -q '*=*' -- $word
        if count $argv >/dev/null
            printf '%s\n' $argv
        else
            __drainctl_words_format
        end
        return
    end
    set -l parts (string split -m 1 = -- $word)
    for file in (complete -C "test -- $parts[2]")
        echo $parts[1]=$file
    end
end

function __drainctl_value_scenario
    __drainctl_words_scenario
    __fish_complete_suffix .json
end

function __drainctl_value_journal
    __fish_complete_suffix .jsonl
end

function __drainctl_value_folder
    __fish_complete_directories
end

#tables#
