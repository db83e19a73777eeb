#!/usr/bin/env bats
# drainctl serve --web: how the page's files are served. What the page does is tested in a browser (tests/page).

bats_require_minimum_version 1.5.0
load helper

# head_of PATH [CURL OPTIONS]: status and header lines into $output, the body into ./body.
head_of() {
    local path=$1
    shift
    run curl -s -D - -o body "$@" "$url$path"
    output=${output//$'\r'/}
}

script_name() {
    curl -s "$url/" | grep -o 'assets/[^"]*\.js' | head -1
}

@test "the page is there with --web, and not without" {
    serve --web
    head_of /
    has "HTTP/1.1 200 OK"
    has "Content-Type: text/html; charset=utf-8"
    has "Cache-Control: no-cache"
    grep -q '<div id="app">' body
    cp body page
    head_of /index.html
    cmp body page
    "$DRAINCTL" stop -q
    serve
    head_of /
    has "404 Not Found"
}

@test "scripts and styles are immutable, and of their type" {
    serve --web
    for path in $(curl -s "$url/" | grep -oE 'assets/[^"]*'); do
        head_of "/$path"
        has "HTTP/1.1 200 OK"
        has "Cache-Control: public, max-age=31536000, immutable"
        has "X-Content-Type-Options: nosniff"
        case $path in
        *.js) has "Content-Type: text/javascript; charset=utf-8" ;;
        *.css) has "Content-Type: text/css; charset=utf-8" ;;
        *) false ;;
        esac
    done
    head_of /icon.svg
    has "Content-Type: image/svg+xml"
    has "Cache-Control: no-cache"
    head_of /manifest.webmanifest
    has "Content-Type: application/manifest+json"
    head_of /config.json
    jq -e .pollSeconds body
    head_of /licenses.txt
    has "Content-Type: text/plain; charset=utf-8"
    grep -q 'vue.*MIT' body
}

@test "a script that is not there is 404, and never the page instead" {
    serve --web
    head_of /assets/index-00000000.js -H 'Accept: text/html'
    has "404 Not Found"
    has "Content-Type: application/json"
    head_of "/$(script_name).gz"
    has "404 Not Found"
    head_of /assets/../index.html --path-as-is
    has "404 Not Found"
    head_of /nothing
    has "404 Not Found"
}

@test "gzip goes to a client that takes it, and to no other" {
    serve --web
    script=/$(script_name)
    head_of "$script"
    [[ $output != *Content-Encoding* ]]
    has "Vary: Accept-Encoding"
    cp body plain
    for yes in gzip 'br, gzip;q=0.5' '*' 'GZIP' 'identity;q=0, gzip'; do
        head_of "$script" -H "Accept-Encoding: $yes"
        has "Content-Encoding: gzip"
        has "Content-Length: $(stat -c %s body)"
        gunzip -c <body | cmp - plain
    done
    for no in br 'gzip;q=0' 'gzip; q=0.0, *' '*;q=0' 'x-notgzip' ''; do
        head_of "$script" -H "Accept-Encoding: $no"
        [[ $output != *Content-Encoding* ]]
        cmp body plain
    done
}

@test "an entity tag that is known is answered 304, without a body" {
    serve --web
    script=/$(script_name)
    for path in / "$script"; do
        head_of "$path"
        etag=$(sed -n 's/^ETag: //p' <<<"$output")
        [[ $etag =~ ^\"[0-9a-f]{16}\"$ ]]
        head_of "$path" -H "Accept-Encoding: gzip"
        [ "$(sed -n 's/^ETag: //p' <<<"$output")" != "$etag" ] # other bytes, another tag
        for known in "$etag" "W/$etag" "\"other\", $etag" '*'; do
            rm -f body
            head_of "$path" -H "If-None-Match: $known"
            has "HTTP/1.1 304 Not Modified"
            has "ETag: $etag"
            has "Cache-Control: "
            [[ $output != *Content-Length* ]]
            [ ! -s body ]
        done
        head_of "$path" -H 'If-None-Match: "other"'
        has "HTTP/1.1 200 OK"
    done
}

@test "another build has other names, its own version, and none of the old files" {
    serve --web
    for path in / /sw.js; do curl -s "$url$path"; done >old
    "$DRAINCTL" stop -q
    serve --web --web-build 7
    for path in / /sw.js; do curl -s "$url$path"; done >new
    [ "$(stat -c %s old)" -eq "$(stat -c %s new)" ]
    old_version=$(sed -n 's/.*name="build" content="\([0-9a-f]*\)".*/\1/p' old)
    [ ${#old_version} -eq 12 ]
    run ! grep -q "$old_version" new # not in the service worker's caches either
    names=$(grep -oE 'assets/[A-Za-z0-9_.-]+' new | sort -u)
    [ "$(wc -l <<<"$names")" -ge 4 ]
    for name in $names; do
        run ! grep -qF "$name" old
        head_of "/$name" -H 'Accept-Encoding: gzip'
        has "HTTP/1.1 200 OK"
        [[ $output != *Content-Encoding* ]]
    done
    for name in $(grep -oE 'assets/[A-Za-z0-9_.-]+' old | sort -u); do
        head_of "/$name"
        has "404 Not Found"
    done
}

@test "HEAD says what GET would, other methods are refused, a connection serves it all" {
    serve --web
    head_of / -I
    has "Content-Length: $(curl -s "$url/" | wc -c)"
    head_of / -X POST -d x
    has "405 Method Not Allowed"
    has "Allow: GET, HEAD"
    curl -s -o /dev/null -o /dev/null -o /dev/null -w '%{num_connects}\n' -H 'If-None-Match: *' "$url/" "$url/config.json" "$url/live" >connects
    [ "$(paste -sd' ' connects)" = "1 0 0" ]
}
