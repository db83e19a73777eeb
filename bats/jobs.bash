# The jobs of a server with --queue, for the suites of its queues. Load helper.bash first, and say in `place` what
# the queue's URL is, and in `lease` how long a lease is if not 5 s.
#
# serve NAME OPTIONS...: a server in the background; `url` and `control` are of the last one, and NAME.log is its log.
# stop NAME OPTIONS...: it is told to stop, and is gone.
# post MS: a job of that length; its status, and the answer in answer.txt. job MS: it is taken into the queue.
# states: all jobs, as "done1 taken0 …", oldest first. states_are TEXT: they are these. all_once N: N, each done once.
# gauge JQ_FILTER: what the control port says.
# shellcheck disable=SC2034,SC2154 # the suite reads `url` and `control`, and sets `place` and `lease`

serve() {
    "$DRAINCTL" serve --background -q --control 0 --pid-file "$1.pid" --log "$1.log" --queue "$place" \
        --job-lease "${lease:-5s}" "${@:2}" >ports
    url=http://127.0.0.1:$(sed -n 1p ports)
    control=http://127.0.0.1:$(sed -n 2p ports)
}

stop() { "$DRAINCTL" stop -q --pid-file "$1.pid" "${@:2}"; }

post() {
    curl -si -X POST "$url/api/jobs?ms=$1" >answer.txt
    sed -n '1s/^HTTP[^ ]* \([0-9]*\).*/\1/p' answer.txt
}

job() { [ "$(post "$1")" = 201 ]; }

states() { curl -sf "$url/api/jobs" | jq -r 'map("\(.state)\(.runs)") | join(" ")'; }

states_are() { [ "$(states)" = "$1" ]; }

all_once() {
    curl -sf "$url/api/jobs" | jq -e --argjson n "$1" 'length == $n and all(.state == "done" and .runs == 1)'
}

gauge() { curl -s "$control/gauge" | jq -e "$1"; }
