#!/usr/bin/env bats
# A scenario file that is wrong: exit 2, one message with file, line, column, JSON path, what was
# expected and the nearest known word; and nothing has been started.

load helper

# A good scenario, one thing a line, so that a test can break one of them.
good() {
    cat >s.json <<'END'
{
  "name": "test",
  "target": {"command": ["sh", "-c", "touch started"]},
  "loads": [
    {"name": "long", "request": {"path": "/slow"}, "clients": 5, "requests": 5},
  ],
  "signals": [
    {"send": "SIGTERM", "when": {"load": "long", "in_flight": 5}},
  ],
  "expect": [
    {"load": "long", "completed": "100%"},
    {"target": "exit", "code": 0, "within": "2s"},
  ],
}
END
}

# breaks SED_SCRIPT PLACE_AND_PATH TEXT [HINT]
breaks() {
    good
    sed -i "$1" s.json
    run "$DRAINCTL" scenario s.json
    exits 2
    has "drainctl: error: s.json:$2: "
    has "$3"
    [ -z "${4-}" ] || has "$4"
    [ ! -e started ]
    [ "$(grep -c error: <<<"$output")" -eq 1 ]
}

@test "not JSON" {
    breaks '4s/: \[/ [/' '4:11' "this is not JSON"
    breaks '$d' '14:1' "this is not JSON"
    breaks '2s|.*|/* never closed|' '2:1' "never closed"
    : >s.json
    run "$DRAINCTL" scenario s.json
    exits 2
    has "empty"
    printf '{"name": "a\0b"}' >s.json
    run "$DRAINCTL" scenario s.json
    exits 2
    has "NUL"
    printf '[%.0s' {1..100000} >s.json
    run "$DRAINCTL" scenario s.json
    exits 2
    has "nested too deeply"
}

@test "an unknown key, with the nearest known one" {
    breaks '5s/clients/client/' '5:62: $.loads[0].client' "there is no key 'client'" \
        "did you mean 'clients'?"
    breaks '2s/name/nmae/' '2:11: $.nmae' "no key 'nmae'" "did you mean 'name'?"
    breaks '11s/completed/complete/' '11:34: $.expect[0].complete' "no key" "'completed'"
    breaks '12s/within/with_in/' '12:46: $.expect[1].with_in' "no key" "did you mean 'within'?"
}

@test "the same key twice" {
    breaks '2s/.*/"name": "a", "name": "b",/' '2:22: $.name' "stands here twice"
}

@test "a key that is missing" {
    breaks '2d' '1:1: $' "the key 'name' is missing"
    breaks '5s/"request": {"path": "\/slow"}, //' '5:5: $.loads[0]' "the key 'request' is missing"
    breaks '3s/"command".*\]//' '3:13: $.target' "one of 'reference', 'command' and 'attach'"
}

@test "a wrong type" {
    breaks '5s/: 5/: "5"/' '5:63: $.loads[0].clients' "expected a whole number, not a string"
    breaks '5s/: 5/: 5.5/' '5:63: $.loads[0].clients' "expected a whole number"
    breaks '5s/: 5/: 0/' '5:63: $.loads[0].clients' "from 1 to 1000000, not 0"
    breaks '2s/"test"/true/' '2:11: $.name' "expected a string, not true"
    breaks '3s/\["sh.*\]/"sh"/' '3:25: $.target.command' "expected an array, not a string" \
        "each argument as a string"
    breaks '7s/.*/"signals": null,/;8,9d' '7:12: $.signals' "expected an array, not null"
}

@test "a duration without a unit" {
    breaks '12s/"2s"/2/' '12:45: $.expect[1].within' "with its unit, not the bare number 2" \
        '"2s"'
    breaks '12s/2s/2/' '12:45: $.expect[1].within' "'2' is not a duration" "250ms"
    breaks '12s/2s/soon/' '12:45: $.expect[1].within' "'soon' is not a duration"
}

@test "an expectation on a load that is not there" {
    breaks '11s/long/lnog/' '11:14: $.expect[0].load' "there is no load 'lnog'" \
        "did you mean 'long'?"
    breaks '8s/"long"/"quick"/' '8:42: $.signals[0].when.load' "there is no load 'quick'" \
        "the loads are: long"
}

@test "a signal that does not exist" {
    breaks '8s/SIGTERM/SIGTREM/' '8:14: $.signals[0].send' "there is no signal 'SIGTREM'" \
        "did you mean 'SIGTERM'?"
    breaks '8s/{"load.*5}/{"after": "1s", "of": "SIGINT"}/' '8:55: $.signals[0].when.of' \
        "no SIGINT is sent before this one"
}

@test "a moment that is none, or can never come" {
    breaks '8s/"in_flight"/"request"/' '8:33: $.signals[0].when' "expected one moment"
    breaks '8s/: 5/: 6/' '8:63: $.signals[0].when.in_flight' "never has more in flight than 5"
    breaks '8s/"in_flight": 5/"request": 1, "phase": "wating"/' '8:73: $.signals[0].when.phase' \
        "there is no phase 'wating'" "did you mean 'waiting'?"
}

@test "a bound, a pattern, an event that is none" {
    breaks '11s/100%/most/' '11:35: $.expect[0].completed' "'most' is not a bound" '>= 95%'
    breaks '11s/100%/101%/' '11:35: $.expect[0].completed' "100%"
    breaks '12s/exit/exti/' '12:16: $.expect[1].target' "'exti'" "did you mean 'exit'?"
    breaks '12s/"exit".*/"output", "matches": "a(b"},/' '12:37: $.expect[1].matches' \
        "not a POSIX extended regular expression"
    breaks '11s/"completed": "100%"/"reasons": {"keepalive-rcae": 0}/' \
        '11:52: $.expect[0].reasons.keepalive-rcae' "no reason" "did you mean 'keepalive-race'?"
}

@test "a path and a header that would break the request" {
    breaks '5s|"/slow"|"slow"|' '5:42: $.loads[0].request.path' "begins with '/'"
    breaks '5s|/slow|/a b|' '5:42: $.loads[0].request.path' "no blanks"
    breaks '5s|"/slow"|"/", "headers": {"X": "a\\r\\nEvil: 1"}|' \
        '5:64: $.loads[0].request.headers.X' "no control characters"
}

@test "all files are read before anything runs" {
    good
    mv s.json good.json
    echo '{"name": 1}' >bad.json
    run "$DRAINCTL" scenario good.json bad.json
    exits 2
    has "bad.json:1:10: \$.name"
    [ ! -e started ]
}

@test "a file, a folder or a built-in scenario that is not there" {
    run "$DRAINCTL" scenario no-such.json
    exits 2
    has "'no-such.json'"
    run "$DRAINCTL" scenario requests-in-fligth-finish
    exits 2
    has "did you mean 'requests-in-flight-finish'?"
    mkdir empty
    run "$DRAINCTL" scenario empty
    exits 2
    has "no scenario in the folder 'empty'"
    has "hint: scenarios are its files *.json"
}

@test "report: a file that is no journal" {
    echo hello >run.jsonl
    run "$DRAINCTL" report run.jsonl
    exits 2
    has "run.jsonl"
    run "$DRAINCTL" report no-such.jsonl
    exits 2
    has "no-such.jsonl"
}
