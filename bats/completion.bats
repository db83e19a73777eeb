#!/usr/bin/env bats
# Completion, in the real shells: what is offered is what the program takes.

bats_require_minimum_version 1.5.0
load helper

setup_file() {
    : "${DRAINCTL:=$BATS_TEST_DIRNAME/../build/drainctl}"
    export DRAINCTL SCRIPTS=$BATS_FILE_TMPDIR
    local shell
    for shell in bash zsh fish; do
        "$DRAINCTL" completion $shell >"$SCRIPTS/drainctl.$shell"
    done
}

# Each SHELL_offers LINE prints what the shell offers at the end of LINE, one a line.
bash_offers() {
    local words
    read -ra words <<<"${1#drainctl}"
    [[ $1 != *' ' ]] || words+=("")
    bash --norc "$BATS_TEST_DIRNAME/complete.bash" "$SCRIPTS/drainctl.bash" "${words[@]}"
}
zsh_offers() {
    zsh -f "$BATS_TEST_DIRNAME/complete.zsh" "$SCRIPTS/drainctl.zsh" "$1"
}
fish_offers() {
    HOME=$BATS_TEST_TMPDIR fish --no-config -c 'source $argv[1]; complete -C $argv[2]' -- "$SCRIPTS/drainctl.fish" "$1" |
        cut -f1 | sort -u
}

# offers LINE WORD...: every shell offers these words, and, when the last one is "only", no others
offers() {
    local shell line=$1 offered word words only=
    shift
    words=("$@")
    if [ "${words[-1]}" = only ]; then
        only=yes
        unset 'words[-1]'
    fi
    for shell in bash zsh fish; do
        offered=$(${shell}_offers "$line")
        for word in "${words[@]}"; do
            grep -qxF -- "$word" <<<"$offered" ||
                { printf '%s does not offer %s for: %s\nbut: %s\n' $shell "$word" "$line" "$offered" >&2; return 1; }
        done
        [ -z "$only" ] || [ "$(wc -l <<<"$offered")" -eq "${#words[@]}" ] ||
            { printf '%s offers more for: %s\n%s\n' $shell "$line" "$offered" >&2; return 1; }
    done
}

commands() {
    "$DRAINCTL" help | sed -n '/^commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'
}

@test "the scripts are printed whole, and each shell can read its own" {
    run shellcheck -s bash "$SCRIPTS/drainctl.bash"
    exits 0
    bash -n "$SCRIPTS/drainctl.bash"
    zsh -n "$SCRIPTS/drainctl.zsh"
    fish -n "$SCRIPTS/drainctl.fish"
    run ! grep -q '#tables#' "$SCRIPTS"/drainctl.*
    [ "$(head -1 "$SCRIPTS/drainctl.zsh")" = "#compdef drainctl" ]
    run "$DRAINCTL" completion zhs
    exits 2
    has "did you mean 'zsh'?"
    run "$DRAINCTL" completion
    exits 2
    run bash -c '"$DRAINCTL" completion bash >/dev/full'
    exits 3
}

@test "every command is completed" {
    local all
    mapfile -t all < <(commands)
    offers "drainctl help " "${all[@]}" only
    offers "drainctl " "${all[@]}"
    offers "drainctl sce" scenario only
}

@test "every option of every command is completed, in bash and fish" {
    local command option offered shell count=0
    for command in $(commands); do
        for shell in bash fish; do
            offered=$(${shell}_offers "drainctl $command --")
            for option in $("$DRAINCTL" help "$command" | grep -oE '^  (-[a-z], |    )--[a-z0-9-]+' | grep -o -- '--.*'); do
                grep -qxF -- "$option" <<<"$offered" || { echo "$shell: $command $option" >&2; false; }
                count=$((count + 1))
            done
        done
    done
    [ "$count" -ge 120 ]
}

@test "every option of the largest commands is completed in zsh" {
    local command option offered
    for command in check serve; do
        offered=$(zsh_offers "drainctl $command --")
        for option in $("$DRAINCTL" help "$command" | grep -oE '^  (-[a-z], |    )--[a-z0-9-]+' | grep -o -- '--.*'); do
            grep -qxF -- "$option" <<<"$offered" || { echo "zsh: $command $option" >&2; false; }
        done
    done
}

@test "every command whose usage shows an argument says what it is" {
    local command usage
    for command in $(commands); do
        usage=$("$DRAINCTL" help "$command" | head -1)
        usage=${usage#"usage: drainctl $command"}
        usage=${usage//'[OPTIONS]'/}
        [ -n "${usage// /}" ] || continue
        grep -qE "^    $command\) kind='[a-z_]+' ;;" "$SCRIPTS/drainctl.bash"
        if grep -qE "^    $command\) kind='free'" "$SCRIPTS/drainctl.bash"; then
            # only where it cannot be known: an address, a process
            [[ "$usage" =~ (URL|PID|PATH|ADDRESS) ]] || { echo "nothing is offered for 'drainctl $command$usage'" >&2; false; }
        fi
    done
}

@test "values: formats, signals, platforms, faults, severities, colours" {
    local formats
    mapfile -t formats < <("$DRAINCTL" help report | sed -n '/^report formats:/,/^$/s/^  \([a-z][a-z]*\) .*/\1/p')
    offers "drainctl scenario --report " "${formats[@]}" only
    offers "drainctl plan --report " text json only
    offers "drainctl check --signal SIGT" SIGTERM SIGTSTP
    offers "drainctl check --profile k" kubernetes only
    offers "drainctl serve --fault exit-s" exit-status-wrong only
    offers "drainctl check --fail-on " info low medium high critical only
    offers "drainctl report --color " auto always never only
    offers "drainctl completion " bash zsh fish only
}

@test "every fault, platform, word and built-in scenario is in each script" {
    local word shell count=0
    for word in $("$DRAINCTL" serve --fault list | awk '/^  ?[a-z]/ { print $1 } /^[a-z]/ { print $1 }') \
        $("$DRAINCTL" profiles | awk 'NR > 1 && /^[a-z]/ && $2 ~ /^SIG/ { print $1 }') \
        $("$DRAINCTL" explain | sed -n 's/^  \([a-z0-9][A-Za-z0-9_-]*\).*/\1/p') \
        $("$DRAINCTL" scenario --list | sed -n 's/^\([a-z]\)/\1/p'); do
        for shell in bash zsh fish; do
            grep -qE "(^|[ '])$word([' :]|$)" "$SCRIPTS/drainctl.$shell" || { echo "$shell: $word" >&2; false; }
        done
        count=$((count + 1))
    done
    [ "$count" -ge 140 ]
}

@test "words to explain, and names of scenarios beside files" {
    touch keepaway.json notes.txt
    mkdir keep
    offers "drainctl explain keepalive-" keepalive-race keepalive-served-forever only
    offers "drainctl explain exit-1" exit-1 exit-130 exit-143 only
    offers "drainctl scenario keepa" keepalive-race keepalive-told-to-close keepaway.json only
    offers "drainctl profiles lam" lambda only
}

@test "files: journals, files of a report, folders beside them" {
    touch run.jsonl out.json
    offers "drainctl report r" run.jsonl only
    offers "drainctl scenario --journal ou" out.json only
    offers "drainctl plan --report json=ou" json=out.json only
    offers "drainctl report --report junit=ou" junit=out.json only
}

@test "what bash breaks at '=' is completed all the same" {
    touch out.json
    run bash_offers "drainctl scenario --report = js"
    [ "$output" = json ]
    run bash_offers "drainctl scenario --report = json = ou"
    [ "$output" = out.json ]
    run bash_offers "drainctl scenario --report json = ou"
    [ "$output" = out.json ]
    run bash_offers "drainctl check --color ="
    [ "$output" = "$(printf 'always\nauto\nnever')" ]
    run zsh_offers "drainctl scenario --report=js"
    [ "$output" = --report=json ]
    run fish_offers "drainctl scenario --report=json=ou"
    [ "$output" = --report=json=out.json ]
}

@test "behind -- the command's own words are completed" {
    touch server.js
    offers "drainctl check -- basen" basename
    offers "drainctl check -- basename serv" server.js only
}

@test "nothing is offered where nobody can know" {
    local shell
    touch file
    for shell in bash zsh fish; do
        [ -z "$(${shell}_offers "drainctl scenario --repeat f")" ]
        [ -z "$(${shell}_offers "drainctl serve f")" ]
        [ -z "$(${shell}_offers "drainctl nonsense f")" ]
    done
}

@test "it works in an interactive bash too, as it is installed, with bash-completion or without" {
    mkdir -p home/bash-completion/completions
    cp "$SCRIPTS/drainctl.bash" home/bash-completion/completions/drainctl
    cat >type.py <<'END'
import os, pty, select, sys
rc, typed, wanted = sys.argv[1:]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", PS1="$ ", INPUTRC="/dev/null")
    os.execvp("bash", ["bash", "--noprofile", "--rcfile", rc, "-i"])
seen = b""
sent = False
while wanted.encode() not in seen:
    if not select.select([fd], [], [], 20)[0]:
        sys.exit("waited in vain for %r, saw %r" % (wanted, seen))
    seen += os.read(fd, 4096)
    if not sent and b"ready$ " in seen:
        os.write(fd, typed.encode() + b"\t")
        sent, seen = True, b""
os.close(fd)
os.waitpid(pid, 0)
END
    echo 'PS1="ready$ "; source "$SCRIPTS/drainctl.bash"' >plain.rc
    echo 'PS1="ready$ "; source /usr/share/bash-completion/bash_completion' >full.rc
    touch out.json
    python3 type.py plain.rc "drainctl scenario --report=ju" "--report=junit "
    python3 type.py plain.rc "drainctl scenario --report=json=ou" "--report=json=out.json "
    XDG_DATA_HOME=$PWD/home python3 type.py full.rc "drainctl sce" "drainctl scenario "
    XDG_DATA_HOME=$PWD/home python3 type.py full.rc "drainctl check -- bash --nor" "--norc"
}
