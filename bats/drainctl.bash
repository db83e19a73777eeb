# shellcheck shell=bash
# drainctl for other people's bats suites (bats-core 1.5 and later): start a server, hold requests
# against it, send it a signal, and assert what became of every request. See docs/bats.md.
#
#     load /usr/local/lib/bats/drainctl/load.bash
#
#     @test "requests in flight at SIGTERM are answered" {
#         drainctl_start node server.js '${port}'
#         drainctl_hold reports 20 '/report?ms=1500'
#         drainctl_signal TERM
#         assert_completed reports 20
#         assert_exit_within 5s 0
#     }
#
# What it uses beside bash: drainctl itself ($DRAINCTL, or the one in PATH), awk, grep, sed, tail and
# /proc. It keeps what it knows in files below $BATS_TEST_TMPDIR/drainctl: one folder
# for the server, one for each load. Patience with anything that should come at once:
# $DRAINCTL_PATIENCE (20s).

# --- small things ---

_drainctl_state() {
    printf '%s/drainctl' "${BATS_TEST_TMPDIR:?drainctl.bash works inside a bats test}"
}

# Microseconds since the epoch. In some locales the point is a comma.
_drainctl_now() {
    local now=${EPOCHREALTIME-}
    if [[ -n $now ]]; then printf '%s' "${now/[.,]/}"; else date +%s%6N; fi
}

# "1.5s" as microseconds; fails when it is no duration.
_drainctl_us() {
    awk -v d="$1" 'BEGIN {
        if (d !~ /^[0-9]+(\.[0-9]+)?(us|ms|s|m)$/) exit 1
        unit = d; sub(/^[0-9.]+/, "", unit)
        f["us"] = 1; f["ms"] = 1000; f["s"] = 1000000; f["m"] = 60000000
        printf "%.0f", d * f[unit]
    }'
}

_drainctl_human() {
    awk -v us="$1" 'BEGIN {
        if (us < 1000000) printf "%.1f ms", us / 1000
        else printf "%.2f s", us / 1000000
    }'
}

# _drainctl_fail TITLE [KEY VALUE]...: as bats-assert writes it, whether it is loaded or not.
_drainctl_fail() {
    local title=$1 width=0 i
    shift
    local -a rows=("$@")
    for ((i = 0; i < ${#rows[@]}; i += 2)); do
        if ((${#rows[i]} > width)); then width=${#rows[i]}; fi
    done
    {
        printf '\n-- %s --\n' "$title"
        for ((i = 0; i < ${#rows[@]}; i += 2)); do
            if [[ ${rows[i + 1]} == *$'\n'* ]]; then
                printf '%s (%d lines):\n' "${rows[i]}" "$(wc -l <<<"${rows[i + 1]}")"
                printf '  %s\n' "${rows[i + 1]//$'\n'/$'\n'  }"
            else
                printf '%-*s : %s\n' "$width" "${rows[i]}" "${rows[i + 1]}"
            fi
        done
        printf -- '--\n\n'
    } >&2
    return 1
}

# _drainctl_until DURATION COMMAND...: until it succeeds. It looks every 20 ms: the shell has
# nothing to be woken by.
_drainctl_until() {
    local end
    end=$(($(_drainctl_now) + $(_drainctl_us "$1")))
    shift
    until "$@"; do
        if (($(_drainctl_now) >= end)); then return 1; fi
        sleep 0.02 # between two looks: a shell has nothing that an event could wake
    done
}

# Is a process listening on this port? Asked of the kernel, so that the server sees no connection.
_drainctl_listens() {
    local hex
    printf -v hex '%04X' "$1"
    grep -qs ":$hex [0-9A-F]*:0000 0A " /proc/net/tcp /proc/net/tcp6
}

_drainctl_not_listens() {
    ! _drainctl_listens "$1"
}

# A port on which no process listens. Below those that the kernel hands out for connections; the folder
# keeps other tests of this bats run, which may run at the same time, from choosing the same.
_drainctl_free_port() {
    local port tries
    for ((tries = 0; tries < 1000; tries++)); do
        port=$((20000 + RANDOM % 12000))
        if ! _drainctl_listens "$port" &&
            mkdir "${BATS_RUN_TMPDIR:-$BATS_TEST_TMPDIR}/drainctl-port-$port" 2>/dev/null; then
            printf '%s' "$port"
            return 0
        fi
    done
    return 1
}

# Pids of processes with this in their environment: our own, whatever has become of their parents.
_drainctl_marked() {
    grep -slzxF -- "$1=$(_drainctl_state)" /proc/[0-9]*/environ |
        sed 's,/proc/\([0-9]*\)/.*,\1,' || true
}

# --- processes ---

# In a subshell that outlives the call: none of bats' traps and none of its descriptors. bats waits
# for its own descriptors to be closed: 3, 4, and copies that bash has put at 10 and above.
_drainctl_detach() {
    local fd
    trap - DEBUG ERR EXIT INT TERM
    set +eETu
    for fd in /dev/fd/*; do
        fd=${fd##*/}
        # bash keeps its script at 255, for itself alone
        if [[ $fd =~ ^[0-9]+$ ]] && ((fd > 2 && fd != 255)); then eval "exec $fd>&-"; fi
    done
}

# _drainctl_spawn FOLDER COMMAND...: start it, and leave its pid, output and, when it has exited,
# its status and the time in the folder. A shell waits for it, so that both are known however it
# ends. With job control it is in a process group of its own (a Ctrl-C in the terminal is not meant
# for it) and SIGINT is not ignored, as it is in other background commands.
_drainctl_spawn() {
    local folder=$1
    shift
    (
        _drainctl_detach
        set -m
        "$@" >"$folder/output" 2>&1 &
        echo $! >"$folder/pid.new"
        mv "$folder/pid.new" "$folder/pid"
        if ((BASH_VERSINFO[0] >= 5)); then wait -f $!; else wait $!; fi
        echo "$? $(_drainctl_now)" >"$folder/exit.new"
        mv "$folder/exit.new" "$folder/exit"
    ) </dev/null >/dev/null 2>&1 &
    disown $! 2>/dev/null || true
    _drainctl_until "${DRAINCTL_PATIENCE:-20s}" test -e "$folder/pid"
}

# Should bats itself be killed, there is no teardown: this ends what would be left. In a group of
# its own, so that it does not die with bats.
_drainctl_guard() {
    (
        _drainctl_detach
        set -m
        {
            DRAINCTL_BATS_GUARD=$(_drainctl_state) tail --pid=$$ -s 0.2 -f /dev/null
            _drainctl_kill_marked DRAINCTL_BATS_TEST
        } &
    ) </dev/null >/dev/null 2>&1
}

# Until none is left: they may fork meanwhile.
_drainctl_kill_marked() {
    local pids tries server group
    # a server that writes its title over its environment (setproctitle) is known by its group alone
    server=$(_drainctl_server)
    if [[ $1 != DRAINCTL_BATS_GUARD && -s $server/pid && ! -e $server/exit && ! -e $server/attached ]]; then
        group=$(ps -o pgid= -p "$(<"$server/pid")" | tr -d ' ')
        if [[ -n $group ]]; then kill -KILL -- "-$group" 2>/dev/null || true; fi
    fi
    for ((tries = 0; tries < 100; tries++)); do
        pids=$(_drainctl_marked "$1")
        if [[ -z $pids ]]; then return 0; fi
        # shellcheck disable=SC2086 # a list of words
        kill -KILL $pids 2>/dev/null || true
        sleep 0.01 # between two looks for what is still there
    done
}

_drainctl_begin() {
    local state
    state=$(_drainctl_state)
    if [[ -d $state ]]; then return 0; fi
    mkdir -p "$state"
    _drainctl_guard
}

# --- the server ---

_drainctl_server() {
    printf '%s/server' "$(_drainctl_state)"
}

# The status that GET answers, or nothing.
_drainctl_status() {
    (
        exec 9<>"/dev/tcp/${DRAINCTL_HOST-127.0.0.1}/$DRAINCTL_PORT" || exit 1
        printf 'GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n' "$1" "$DRAINCTL_HOST" >&9
        IFS=' ' read -r -t 2 _ status _ <&9
        printf '%s' "$status"
    ) 2>/dev/null
}

_drainctl_ready() {
    local path=$1
    if [[ -e $(_drainctl_server)/exit ]]; then return 0; fi
    if [[ -n $path ]]; then
        [[ $(_drainctl_status "$path") == 200 ]]
    else
        _drainctl_listens "$DRAINCTL_PORT"
    fi
}

# Marked as shown, so that the teardown does not show the same again.
_drainctl_server_tail() {
    tail -n 10 "$(_drainctl_server)/output" 2>/dev/null || true
    : >"$(_drainctl_state)/shown"
}

_drainctl_exit_words() {
    local code=$1
    if ((code > 128)); then echo "$code (SIG$(kill -l "$code" 2>/dev/null))"; else echo "$code"; fi
}

# drainctl_start [--ready PATH] [--within DURATION] [--] COMMAND...: start the server and wait
# until it is ready: a process listens on its port, or GET PATH answers 200. ${port} in the command
# is a free port, and so is $PORT in its environment. Sets DRAINCTL_URL, DRAINCTL_PORT,
# DRAINCTL_PID and DRAINCTL_OUTPUT (a file).
drainctl_start() {
    local path='' within=10s server
    while [[ ${1-} == --* ]]; do
        if [[ $# -lt 2 ]]; then _drainctl_fail 'an option without a value' option "$1" || return 1; fi
        case $1 in
        --ready) path=$2 && shift 2 ;;
        --within) within=$2 && shift 2 ;;
        --) shift && break ;;
        *) _drainctl_fail 'drainctl_start has no such option' option "$1" || return 1 ;;
        esac
    done
    _drainctl_begin
    server=$(_drainctl_server)
    if ! mkdir "$server" 2>/dev/null; then
        _drainctl_fail 'one server at a time' hint 'drainctl_stop ends the one before' || return 1
    fi
    DRAINCTL_HOST=127.0.0.1
    DRAINCTL_PORT=$(_drainctl_free_port)
    DRAINCTL_URL=http://$DRAINCTL_HOST:$DRAINCTL_PORT
    DRAINCTL_OUTPUT=$server/output
    # shellcheck disable=SC2016 # it stands for the port in the command, not in this shell
    local -a command=("${@//'${port}'/$DRAINCTL_PORT}")
    _drainctl_spawn "$server" env PORT="$DRAINCTL_PORT" DRAINCTL_BATS_TEST="$(_drainctl_state)" \
        DRAINCTL_BATS_TARGET="$(_drainctl_state)" "${command[@]}"
    DRAINCTL_PID=$(<"$server/pid")
    export DRAINCTL_URL DRAINCTL_PORT DRAINCTL_PID DRAINCTL_OUTPUT
    if ! _drainctl_until "$within" _drainctl_ready "$path"; then
        _drainctl_fail 'the server was not ready in time' command "${command[*]}" within "$within" \
            waited "for ${path:+status 200 from }${path:-a listener on port $DRAINCTL_PORT}" \
            output "$(_drainctl_server_tail)" || return 1
    elif [[ -e $server/exit ]]; then
        local code
        read -r code _ <"$server/exit"
        _drainctl_fail 'the server ended before it was ready' command "${command[*]}" \
            status "$(_drainctl_exit_words "$code")" output "$(_drainctl_server_tail)" || return 1
    fi
}

# drainctl_attach PID URL: use a server that runs already. It is not ended by drainctl_teardown.
drainctl_attach() {
    local pid=$1 authority server
    if ! kill -0 "$pid" 2>/dev/null; then
        _drainctl_fail 'there is no such process' pid "$pid" || return 1
    fi
    _drainctl_begin
    server=$(_drainctl_server)
    if ! mkdir "$server" 2>/dev/null; then
        _drainctl_fail 'one server at a time' hint 'drainctl_stop ends the one before' || return 1
    fi
    authority=${2#http://}
    authority=${authority%%/*}
    DRAINCTL_URL=http://$authority
    DRAINCTL_HOST=${authority%:*}
    DRAINCTL_PORT=${authority##*:}
    DRAINCTL_PID=$pid
    export DRAINCTL_URL DRAINCTL_PORT DRAINCTL_PID
    echo "$pid" >"$server/pid"
    touch "$server/attached"
    (
        _drainctl_detach
        DRAINCTL_BATS_TEST=$(_drainctl_state) tail --pid="$pid" -s 0.01 -f /dev/null
        if ! kill -0 "$pid" 2>/dev/null; then echo "unknown $(_drainctl_now)" >"$server/exit"; fi
    ) </dev/null >/dev/null 2>&1 &
    disown $! 2>/dev/null || true
}

# drainctl_signal [SIGNAL]: send it to the server's process (TERM), and remember when the first was
# sent. A hold that nothing was asserted about has to be in flight then: what was over before proves
# nothing.
drainctl_signal() {
    local server now
    server=$(_drainctl_server)
    if [[ ! -e $server/pid ]]; then
        _drainctl_fail 'there is no server to signal' hint 'drainctl_start or drainctl_attach' ||
            return 1
    fi
    if [[ ! -e $server/signalled ]]; then _drainctl_still_held || return 1; fi
    now=$(_drainctl_now)
    if [[ -e $server/exit ]] || ! kill -s "${1:-TERM}" "$(<"$server/pid")" 2>/dev/null; then
        _drainctl_fail 'the server could not be signalled' signal "${1:-TERM}" \
            pid "$(cat "$server/pid" 2>/dev/null)" output "$(_drainctl_server_tail)" || return 1
    fi
    if [[ ! -e $server/signalled ]]; then echo "$now" >"$server/signalled"; fi
}

# drainctl_stop [DURATION]: SIGTERM, unless it has had a signal, and SIGKILL when it still runs
# after DURATION (10s). The test may then start another one.
drainctl_stop() {
    local server
    server=$(_drainctl_server)
    if [[ ! -d $server ]]; then return 0; fi
    if [[ ! -e $server/signalled && ! -e $server/exit ]]; then drainctl_signal TERM || true; fi
    if ! _drainctl_until "${1:-10s}" test -e "$server/exit" && [[ ! -e $server/attached ]]; then
        _drainctl_kill_marked DRAINCTL_BATS_TARGET
        _drainctl_until "${DRAINCTL_PATIENCE:-20s}" test -e "$server/exit" || true
    fi
    rm -rf "$server"
}

# shellcheck source=bats/drainctl-loads.bash
source "${BASH_SOURCE[0]%/*}/drainctl-loads.bash"

# --- the end ---

_drainctl_all_reaped() {
    local pid
    for pid in "$(_drainctl_state)"/*/pid; do
        if [[ -e $pid && ! -e ${pid%pid}attached && ! -e ${pid%pid}exit ]]; then return 1; fi
    done
}

# drainctl_teardown: end all that this test has started. Call it in teardown; a suite without one
# has this.
drainctl_teardown() {
    local state
    state=$(_drainctl_state)
    if [[ ! -d $state ]]; then return 0; fi
    if [[ -z ${BATS_TEST_COMPLETED-} && -s $state/server/output && ! -e $state/shown ]]; then
        printf -- '-- last output of the server --\n%s\n--\n' "$(_drainctl_server_tail)"
    fi
    _drainctl_kill_marked DRAINCTL_BATS_GUARD
    _drainctl_kill_marked DRAINCTL_BATS_TEST
    _drainctl_until 5s _drainctl_all_reaped || true
    rm -rf "$state"
}

# bats itself has one that does nothing.
case $(declare -f teardown | tr -d ' \n') in
'' | 'teardown(){return0}' | 'teardown(){true}' | 'teardown(){:}')
    teardown() {
        drainctl_teardown
    }
    ;;
esac
