# The guides show whole files of tests/servers: what a reader pastes is what was checked.

setup() {
    load helper
    cd "$BATS_TEST_TMPDIR" || return
    root=$BATS_TEST_DIRNAME/..
}

shown() { # GUIDE FILE: the code block behind the line that names the file
    awk -v mark="<!-- file: $2 -->" '$0 == mark {found = 1; next}
        found && /^```$/ {exit}
        found && !/^```/ {print}' "$1"
}

@test "the code of every guide is the code of the server that it names" {
    n=0
    while IFS=: read -r guide line; do
        file=${line#*file: } file=${file% -->}
        diff "$root/$file" <(shown "$guide" "$file")
        n=$((n + 1))
    done < <(grep -H '^<!-- file: ' "$root"/docs/guide/*.md)
    [ "$n" -ge 6 ]
}

says() { # FILTER: the health path answers so
    curl -s "$health" | jq -e "$1"
}

refuses() {
    curl -si "$health" >said && grep -q '^HTTP/1.1 503' said
}

@test "the Node server of the guide announces, drains and ends" {
    command -v node >/dev/null || skip "there is no node"
    exec {out}< <(PORT=0 exec node "$root/tests/servers/node/careful.js" 3>&-)
    pid=$!
    read -r _ _ port <&"$out"
    health=http://127.0.0.1:$port/actuator/health
    curl -s "$health" >said
    [ "$(<said)" = '{"status":"UP","maintenance":{"scheduled":false}}' ]
    kill -USR1 "$pid"
    wait_until says '.maintenance.scheduled'
    curl -s "$health" | jq -e '.status == "UP" and .maintenance.gracePeriodSeconds > 290' >/dev/null
    kill -USR2 "$pid"
    wait_until says '.maintenance.scheduled | not'
    kill -TERM "$pid"
    wait_until refuses
    grep -qi '^retry-after: 5' said
    grep -qi '^connection: close' said
    grep -qi '^access-control-allow-origin: \*' said
    grep -q '"status":"OUT_OF_SERVICE"' said
    wait "$pid"
}
