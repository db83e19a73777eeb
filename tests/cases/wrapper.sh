#!/bin/bash
# wrapper.sh waits|leaves: hands the signal on, and waits until the server has really ended, or waits
# once, which the signal ends.
trap 'kill -TERM "$c"' TERM INT
node "$(dirname "$0")/wrapped-server.js" &
c=$!
case $1 in
    leaves)
        wait "$c"
        rc=$?
        ;;
    waits)
        while kill -0 "$c" 2>/dev/null; do
            wait "$c"
            rc=$?
        done
        ;;
esac
exit "$rc"
