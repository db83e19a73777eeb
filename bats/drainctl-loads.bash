# shellcheck shell=bash
# The second half of drainctl.bash, which sources it: loads, and the assertions.

# --- loads ---

_drainctl_clients() { # NAME PATH OPTION...
    local name=$1 path=$2 folder
    shift 2
    folder=$(_drainctl_state)/load-$name
    if [[ ! $name =~ ^[A-Za-z0-9_.-]+$ ]]; then
        _drainctl_fail 'a load is named with letters, digits, _, . and -' name "$name" || return 1
    fi
    _drainctl_begin
    if ! mkdir "$folder" 2>/dev/null; then
        _drainctl_fail 'there is a load of this name' name "$name" || return 1
    fi
    : >"$folder/notify"
    _drainctl_spawn "$folder" env DRAINCTL_BATS_TEST="$(_drainctl_state)" \
        "${DRAINCTL:-drainctl}" load --name "$name" --notify "$folder/notify" --journal "$folder/journal.jsonl" \
        --report "json=$folder/verdict.json" "$@" -- "$DRAINCTL_URL$path"
}

_drainctl_notified() {
    [[ -e $1/exit ]] || grep -qx -- "$2" "$1/notify"
}

# Wait for a line of --notify.
_drainctl_await() { # NAME LINE TITLE
    local folder reached
    folder=$(_drainctl_state)/load-$1
    if _drainctl_until "${DRAINCTL_PATIENCE:-20s}" _drainctl_notified "$folder" "$2" &&
        grep -qx -- "$2" "$folder/notify"; then
        return 0
    fi
    reached=$(grep -x 'in-flight [0-9]*' "$folder/notify" | tail -n 1)
    _drainctl_fail "$3" load "$1" wanted "$2" reached "${reached:-nothing}" \
        "what drainctl says" "$(cat "$folder/output")" server "$(_drainctl_server_tail)"
}

# drainctl_hold NAME COUNT PATH [OPTION]...: COUNT clients make one request each; returns when all
# of them are in flight and the server has taken them from its accept queue. Options as of
# 'drainctl load'.
drainctl_hold() {
    local name=$1 count=$2 path=$3
    shift 3
    _drainctl_clients "$name" "$path" --clients "$count" --requests "$count" --connection new \
        "$@" || return 1
    _drainctl_await "$name" "in-flight $count" 'the requests were not all in flight at a time' ||
        return 1
    : >"$(_drainctl_state)/load-$name/held"
}

# Is every hold still in flight, but for those that an assertion has ended?
_drainctl_still_held() {
    local folder
    for folder in "$(_drainctl_state)"/load-*; do
        if [[ ! -e $folder/held ]] || ! _drainctl_notified "$folder" end; then continue; fi
        _drainctl_until "${DRAINCTL_PATIENCE:-20s}" test -e "$folder/exit" || true
        _drainctl_fail 'the requests were over before the signal' load "${folder##*/load-}" \
            observed "$(_drainctl_observed "${folder##*/load-}")" \
            hint 'hold a path whose answer takes longer' || return 1
    done
}

# drainctl_load NAME PATH [OPTION]...: requests that go on until they are asserted about; returns
# when the first one is in flight.
drainctl_load() {
    local name=$1 path=$2
    shift 2
    _drainctl_clients "$name" "$path" "$@" || return 1
    _drainctl_await "$name" 'in-flight 1' 'no request was in flight'
}

# Has every client of a hold an end of its own; a load is told to end. Then its verdict is there.
_drainctl_finish() {
    local folder
    folder=$(_drainctl_state)/load-$1
    if [[ ! -e $folder/pid ]]; then
        _drainctl_fail 'there is no load of this name' name "$1" || return 1
    fi
    if [[ ! -e $folder/exit ]]; then
        if ! grep -q '"requests":' "$folder/journal.jsonl"; then
            kill -INT "$(<"$folder/pid")" 2>/dev/null || true
        fi
        # what is still open then is 'unfinished'
        _drainctl_until "${DRAINCTL_PATIENCE:-20s}" test -e "$folder/exit" ||
            kill -TERM "$(<"$folder/pid")" 2>/dev/null || true
        _drainctl_until "${DRAINCTL_PATIENCE:-20s}" test -e "$folder/exit" || true
    fi
    rm -f "$folder/held" # it may be over now
    if [[ ! -s $folder/verdict.json ]]; then
        _drainctl_fail 'drainctl gave no verdict' load "$1" 'what it says' "$(cat "$folder/output")"
    fi
}

# The lines of one object of the verdict ("outcomes", "reasons"): WORD COUNT.
_drainctl_counts() { # NAME OBJECT
    awk -v start="\"$2\": {" 'index($0, start) && /\{$/ { on = 1; next }
        on && /}/ { exit }
        on { gsub(/[",:]/, ""); print $1, $2 }' "$(_drainctl_state)/load-$1/verdict.json"
}

_drainctl_count() { # NAME OBJECT WORD
    _drainctl_counts "$1" "$2" | awk -v word="$3" '$1 == word { n = $2 } END { print n + 0 }'
}

_drainctl_attempts() {
    _drainctl_counts "$1" outcomes | awk '{ n += $2 } END { print n + 0 }'
}

# "20 completed, 3 cut-off (3 reset-before-response)"
_drainctl_observed() {
    local outcomes reasons
    # shellcheck disable=SC2016 # awk's own
    local list='$2 > 0 { printf "%s%d %s", sep, $2, $1; sep = ", " }'
    outcomes=$(_drainctl_counts "$1" outcomes | awk "$list")
    reasons=$(_drainctl_counts "$1" reasons | awk "$list")
    printf '%s' "${outcomes:-no attempt}${reasons:+ ($reasons)}"
}

# Does COUNT of ALL hold BOUND: 20, '>=1', '>0', '<3', '<=3'; without one, all and at least one?
_drainctl_holds() {
    local count=$1 all=$2 bound=${3// /}
    case $bound in
    '') ((count == all && count > 0)) ;;
    '>='*) ((count >= ${bound#>=})) ;;
    '<='*) ((count <= ${bound#<=})) ;;
    '>'*) ((count > ${bound#>})) ;;
    '<'*) ((count < ${bound#<})) ;;
    *) ((count == bound)) ;;
    esac
}

_drainctl_assert() { # NAME OBJECT WORD BOUND TITLE
    local name=$1 object=$2 word=$3 bound=$4 title=$5 count all reason
    if [[ -n $bound && ! $bound =~ ^(>=|<=|>|<)?\ *[0-9]+$ ]]; then
        _drainctl_fail 'this is not a number of requests' bound "$bound" \
            hint "20, '>=1', '<3'" || return 1
    fi
    _drainctl_finish "$name" || return 1
    count=$(_drainctl_count "$name" "$object" "$word")
    all=$(_drainctl_attempts "$name")
    if _drainctl_holds "$count" "$all" "$bound"; then return 0; fi
    reason=$(_drainctl_worst "$name")
    _drainctl_fail "$title" load "$name" expected "${bound:-all $all} $word" \
        observed "$(_drainctl_observed "$name")" ${reason:+why "drainctl explain $reason"}
}

# The most frequent reason that is not a status.
_drainctl_worst() {
    _drainctl_counts "$1" reasons | awk '$1 !~ /^status-/ { print $1; exit }'
}

# --- assertions ---

# A word that drainctl does not know would be counted 0 times, and "0 of them" would hold for ever.
_drainctl_known() { # KIND WORD
    local said
    if [[ $1 == reason && $2 =~ ^status-[1-5][0-9][0-9]$ ]]; then return 0; fi
    said=$("${DRAINCTL:-drainctl}" explain "$2" 2>&1) || true
    if grep -qxE -- "$2: an? $1" <<<"$said"; then return 0; fi
    said=$(sed -n 's/^drainctl: hint: //p' <<<"$said")
    _drainctl_fail "there is no such $1" "$1" "$2" hint "${said:-drainctl explain lists them}"
}

# assert_outcome NAME OUTCOME [BOUND]: this number of the load's attempts have it; without a bound, all.
assert_outcome() {
    _drainctl_known outcome "$2" || return 1
    _drainctl_assert "$1" outcomes "$2" "${3-}" "not as many requests as expected were $2"
}

# assert_reason NAME REASON [BOUND]: as assert_outcome, by reason (status-503, connect-refused,
# ...).
assert_reason() {
    _drainctl_known reason "$2" || return 1
    _drainctl_assert "$1" reasons "$2" "${3-}" "not as many requests as expected ended with $2"
}

assert_completed() {
    _drainctl_assert "$1" outcomes completed "${2-}" 'not every request was completed'
}

assert_refused() {
    _drainctl_assert "$1" outcomes refused "${2-}" 'the requests were not refused as expected'
}

# assert_cut_off NAME [BOUND]: for a server that is known to be bad, or a test of the test.
assert_cut_off() {
    _drainctl_assert "$1" outcomes cut-off "${2-}" 'the requests were not cut off as expected'
}

# assert_not_cut_off [NAME]...: none of the load's attempts was; without a name, none of any load's.
assert_not_cut_off() {
    local name folder
    local -a names=("$@")
    if ((${#names[@]} == 0)); then
        for folder in "$(_drainctl_state)"/load-*; do
            if [[ -d $folder ]]; then names+=("${folder##*/load-}"); fi
        done
    fi
    if ((${#names[@]} == 0)); then _drainctl_fail 'there is no load' || return 1; fi
    for name in "${names[@]}"; do
        _drainctl_finish "$name" || return 1
        if (($(_drainctl_attempts "$name") == 0)); then
            _drainctl_fail 'the load made no attempt' load "$name" || return 1
        fi
        _drainctl_assert "$name" outcomes cut-off 0 'requests were cut off' || return 1
    done
}

# assert_exit_within DURATION [CODE]: the server has exited, that long after the first signal at
# the latest and with that status; 128+N stands for its death by signal N.
assert_exit_within() {
    local server signalled most left code at
    server=$(_drainctl_server)
    if ! most=$(_drainctl_us "$1"); then
        _drainctl_fail 'this is not a duration' duration "$1" hint '500ms, 2s, 1.5s' || return 1
    fi
    if [[ ! -e $server/signalled ]]; then
        _drainctl_fail 'no signal was sent' hint 'drainctl_signal TERM' || return 1
    fi
    signalled=$(<"$server/signalled")
    left=$((signalled + most - $(_drainctl_now)))
    # a little more than what is left: the time of the exit decides
    if ! _drainctl_until "$((left > 0 ? left + 200000 : 200000))us" test -e "$server/exit"; then
        _drainctl_fail 'the server did not exit in time' within "$1" \
            'still runs' "pid $(<"$server/pid")" output "$(_drainctl_server_tail)" || return 1
    fi
    read -r code at <"$server/exit"
    if ((at - signalled > most)); then
        _drainctl_fail 'the server did not exit in time' within "$1" \
            'exited after' "$(_drainctl_human $((at - signalled)))" || return 1
    fi
    if [[ $code == unknown && -n ${2-} ]]; then
        code=0
        wait "$(<"$server/pid")" 2>/dev/null || code=$? # 127: not a child of this shell
        if ((code == 127)); then
            _drainctl_fail "the exit status of an attached server is its parent's to know" ||
                return 1
        fi
    fi
    if [[ -n ${2-} && $code != "$2" ]]; then
        _drainctl_fail 'the server exited with another status' expected "$2" \
            observed "$(_drainctl_exit_words "$code")" output "$(_drainctl_server_tail)" || return 1
    fi
}

# assert_listener_closed [DURATION]: no process listens on the server's port; it has this time to close
# it (1s).
assert_listener_closed() {
    if ! _drainctl_until "${1:-1s}" _drainctl_not_listens "$DRAINCTL_PORT"; then
        _drainctl_fail 'a process still listens on the port' port "$DRAINCTL_PORT" waited "${1:-1s}"
    fi
}

_drainctl_no_orphan() {
    [[ -z $(_drainctl_marked DRAINCTL_BATS_TARGET) ]]
}

# assert_no_orphans: the server has exited and has left no process behind. They are known by their
# environment, wherever they have gone.
assert_no_orphans() {
    local server pid list=''
    server=$(_drainctl_server)
    if [[ -e $server/attached ]]; then
        _drainctl_fail 'what an attached server started is not known' hint drainctl_start ||
            return 1
    fi
    if ! _drainctl_until "${DRAINCTL_PATIENCE:-20s}" test -e "$server/exit"; then
        _drainctl_fail 'the server has not exited' pid "$(<"$server/pid")" || return 1
    fi
    # a child that is on its way out as its parent exits is no orphan
    if _drainctl_until 200ms _drainctl_no_orphan; then return 0; fi
    for pid in $(_drainctl_marked DRAINCTL_BATS_TARGET); do
        list+="pid $pid: $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)"$'\n'
    done
    _drainctl_fail 'the server has left processes behind' 'left behind' "${list%$'\n'}"
}
