# Two services that a queue in Redis joins: the shop takes orders and publishes an event for each, the
# parcels handle the events. Load helper, services and redis first, start Redis, and say what the
# database of each is:
#
# database_of shop|parcels: a file or a URL; the file that loads this defines it.
#
# begin shop|parcels [OPTIONS...]: start it, or the next one in its place; url of each in shop_url, parcels_url
# stop NAME SIGNAL: and wait until it is gone.
# orders N: N orders are taken. all_handled N: N orders, an event for each, one parcel for each event.
# shellcheck disable=SC2154 # the URLs are what begin() declares

begin() {
    local role=--publish port
    if [ "$1" = parcels ]; then role=--subscribe; fi
    port=$("$DRAINCTL" serve --background -q --pid-file "$1.pid" --log "$1.log" --database "$(database_of "$1")" \
        --job-lease 300ms "$role" "redis://127.0.0.1:$redis_port/orders" "${@:2}")
    declare -g "$1_url=http://127.0.0.1:$port"
}

stop() {
    "$DRAINCTL" stop -q --signal "$2" --pid-file "$1.pid"
}

orders() {
    local i
    for ((i = 0; i < $1; i++)); do
        [ "$(curl -s -o /dev/null -w '%{http_code}' -X POST "$shop_url/api/orders" -d '{"item":"tea"}')" = 201 ]
    done
}

all_handled() {
    [ "$(curl -s "$shop_url/api/orders" | jq length)" = "$1" ] || return 1
    curl -s "$shop_url/api/events-written" | jq -c 'map(.is.event) | sort' >written.txt
    curl -s "$parcels_url/api/events-handled" | jq -c 'map(range(.parcels) as $n | .is.event) | sort' >handled.txt
    [ "$(jq length written.txt)" = "$1" ] && cmp -s written.txt handled.txt
}
