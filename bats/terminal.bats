#!/usr/bin/env bats
# The progress line on a terminal, and what happens when the output is not read.

bats_require_minimum_version 1.5.0
load helper

# on_terminal COLUMNS COMMAND...: run it with standard error on a terminal, which goes to tty.txt;
# standard output goes to out.txt.
on_terminal() {
    python3 - "$@" <<'EOF2'
import fcntl, os, struct, subprocess, sys, termios
master, slave = os.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
with open("out.txt", "wb") as out, open("tty.txt", "wb") as tty:
    child = subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=out, stderr=slave)
    os.close(slave)
    while True:
        try:
            data = os.read(master, 65536)
        except OSError: # EIO: the last one has closed it
            break
        if not data:
            break
        tty.write(data)
sys.exit(child.wait())
EOF2
}

long_run() {
    cat >long.json <<'EOF2'
{"name": "a-scenario-with-quite-a-long-name-indeed", "target": {"reference": {}},
 "loads": [{"name": "long", "request": {"path": "/api/data?ms=700"}, "clients": 5, "requests": 5}],
 "expect": [{"load": "long", "completed": "100%"}]}
EOF2
}

@test "on a terminal a progress line is shown, and erased at the end" {
    long_run
    export TERM=xterm
    on_terminal 80 "$DRAINCTL" scenario long.json
    grep -q 'in flight' tty.txt
    [ "$(tail -c 4 tty.txt)" = $'\r\033[K' ]
    run ! grep -q $'\033' out.txt
    grep -q '^passed' out.txt
}

@test "a progress line is never wider than the terminal" {
    long_run
    export TERM=xterm
    for columns in 30 80; do
        on_terminal $columns "$DRAINCTL" scenario long.json
        run awk -v RS=$'\r' -v most=$((columns - 1)) \
            '{ sub(/\033\[K/, ""); if (length($0) > most) print length($0) ": " $0 }' tty.txt
        [ -z "$output" ]
    done
}

@test "several runs at a time are counted on one line" {
    long_run
    export TERM=xterm
    on_terminal 80 "$DRAINCTL" scenario long.json --jobs 2 --repeat 3
    grep -q '0 of 3 runs done, 2 running' tty.txt
    [ "$(tail -c 4 tty.txt)" = $'\r\033[K' ]
    [ "$(grep -c '^passed' out.txt)" -eq 3 ]
}

@test "check says what is being tried, and how long that can take" {
    export TERM=xterm
    on_terminal 100 "$DRAINCTL" check --quick --slow '/api/data?ms=400' --grace 9s --ready /ready \
        -- "$DRAINCTL" serve --port "\${port}"
    grep -q '0 of 1 runs done, 1 running, at most 19 s: everything at once' tty.txt
    grep -q 'at most 8 s: everything at once' tty.txt # told to stop: what is left of the grace
    [ "$(tail -c 4 tty.txt)" = $'\r\033[K' ]
    run ! grep -q $'\033' out.txt
}

@test "no progress line without a terminal, on a dumb one, or with -q" {
    long_run
    "$DRAINCTL" scenario long.json >out.txt 2>err.txt
    [ ! -s err.txt ]
    TERM=dumb on_terminal 80 "$DRAINCTL" scenario long.json
    [ ! -s tty.txt ]
    TERM=xterm on_terminal 80 "$DRAINCTL" scenario -q long.json
    [ ! -s tty.txt ]
}

@test "a reader that goes away is neither a crash nor a hang" {
    run bash -c '"$DRAINCTL" scenario control-no-signal | head -1; exit "${PIPESTATUS[1]}"'
    exits 0
    has "passed"
    # it is not read at all: the pipe's other end is closed before anything is written
    run python3 -c '
import os, subprocess, sys
r, w = os.pipe()
os.close(r)
sys.exit(subprocess.run(sys.argv[1:], stdout=w).returncode)' "$DRAINCTL" scenario control-no-signal
    exits 3
    has "Broken pipe"
}

@test "the target does not inherit that SIGPIPE is ignored" {
    cat >pipe.json <<'EOF2'
{"name": "pipe", "target": {"command": ["sh", "-c", "grep -E 'Sig(Ign|Blk)' /proc/self/status; exec python3 -m http.server --bind 127.0.0.1 $PORT"]},
 "loads": [{"name": "one", "request": {"path": "/"}, "requests": 1}],
 "expect": [{"target": "output", "matches": "SigIgn:[[:space:]]*0+$"}, {"target": "output", "matches": "SigBlk:[[:space:]]*0+$"}]}
EOF2
    run "$DRAINCTL" scenario pipe.json --journal pipe.jsonl
    grep Sig pipe.jsonl | tail -n 2
    exits 0
}
