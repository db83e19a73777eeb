#!/usr/bin/env bats
# drainctl skew: servers that keep, lose, mask and change the files of an old page.

bats_require_minimum_version 1.5.0
load helper

# A page with a script, a style sheet, and a chunk that the script asks for later.
release() { # release FOLDER WORD
    mkdir -p "$1/assets"
    cat >"$1/index.html" <<END
<!doctype html><html><head>
<script type="module" src="/assets/index-$2.js"></script>
<link rel="stylesheet" href="/assets/index-$2.css">
</head><body>$2</body></html>
END
    echo "console.log('$2');const s=()=>import(\"./shop-$2.js\")" >"$1/assets/index-$2.js"
    echo "body{color:red}/*$2*/" >"$1/assets/index-$2.css"
    echo "export default '$2'" >"$1/assets/shop-$2.js"
}

setup_file() {
    cat >"$BATS_FILE_TMPDIR/files.py" <<'END'
# files.py FOLDER [HOW]: serve it on a free port, which goes to the file "port". HOW is looked at
# for each request: the file "how" in the working folder changes it.
import gzip, http.server, os, sys, functools

class Files(http.server.SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        with open("asked", "a") as log:
            log.write("%s %s\n" % (self.path, self.headers.get("Accept", "")))

    def how(self):
        try:
            return open("how").read().split()
        except FileNotFoundError:
            return []

    def answer(self, status, kind, body, fields=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in fields:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        how, path = self.how(), self.translate_path(self.path)
        if os.path.isdir(path):
            path = os.path.join(path, "index.html")
        fields = []
        if self.path.startswith("/moved"):
            return self.answer(302, "text/plain", b"", [("Location", "/")])
        if self.path.startswith("/away"):
            return self.answer(302, "text/plain", b"", [("Location", "http://localhost:1/")])
        if self.path.startswith("/loop"):
            return self.answer(302, "text/plain", b"", [("Location", "/loop")])
        if "busy" in how and "shop" in self.path:
            return self.answer(503, "text/plain", b"later")
        if not os.path.isfile(path):
            if "mask" not in how:
                return self.answer(404, "text/html", b"no such file")
            path = os.path.join(self.directory, "index.html")
        body = open(path, "rb").read()
        if "gzip" in how and "gzip" in self.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body)
            fields.append(("Content-Encoding", "gzip"))
        page = path.endswith(".html")
        if page and "page-hour" in how:
            fields.append(("Cache-Control", "public, max-age=3600"))
        if not page:
            fields.append(("Cache-Control", "public, max-age=31536000, immutable"))
        kind = "text/html" if page else "text/css" if path.endswith(".css") else "text/javascript"
        self.answer(200, kind, body, fields)

server = http.server.ThreadingHTTPServer(
    ("127.0.0.1", 0), functools.partial(Files, directory=os.path.abspath(sys.argv[1])))
with open("port.new", "w") as out:
    out.write(str(server.server_address[1]))
os.rename("port.new", "port")
server.serve_forever()
END
}

# Serve the release "one" from the folder live; $url is its page. The release "two" is there too.
serve() {
    [ -d live ] || release live one
    release two two
    python3 "$BATS_FILE_TMPDIR/files.py" live 3>&- &
    wait_until test -e port
    url=http://127.0.0.1:$(cat port)/
}

skew() {
    run --separate-stderr "$DRAINCTL" skew "$url" "$@"
}

@test "old files that stay are fine" {
    serve
    GITHUB_STEP_SUMMARY=$PWD/summary skew --deploy 'cp -r two/* live/' --report text --report json=s.json
    exits 0
    [ ! -e summary ] # it has no Markdown
    has "before  3 files, 1 of them asked for later than the page"
    has "after   3 kept, 0 vanished, 0 masked, 0 mutated"
    has "passed:"
    jq -e '.verdict == "passed" and .counts.kept == 3' s.json
    jq -e '[.files[] | select(.later).url] | length == 1 and (.[0] | endswith("/assets/shop-one.js"))' s.json
    jq -e '[.files[].before.hash] | (unique | length) == 3' s.json
    # asked as a browser asks
    grep -q '^/ text/html' asked
    grep -q '^/assets/index-one.css text/css' asked
    grep -qx '/assets/shop-one.js \*/\*' asked
}

@test "old files that are gone are chunk-vanished" {
    serve
    skew --deploy 'rm -r live/*; cp -r two/* live/' --report text --report json=s.json
    exits 1
    has "chunk-vanished  3 of 3 files"
    has "/assets/shop-one.js  404 text/html (asked for later)"
    has "/assets/index-one.js  404 text/html (asked for with the page)"
    has "vite:preloadError"
    [[ "$output" == *"failed: "* ]]
    jq -e '.verdict == "failed" and .counts["chunk-vanished"] == 3' s.json
}

@test "webpack's only chunk: its number stands in another file than the function that names it" {
    serve
    echo 'r.u=e=>"assets/"+e+".ab12.js"' >live/assets/runtime.js
    echo 'n.e(372).then(f);n.e(9).then(f)' >>live/assets/index-one.js # of 9 there is no such file
    echo 'export default 1' >live/assets/372.ab12.js
    sed -i 's|</head>|<script src="/assets/runtime.js"></script>&|' live/index.html
    skew --deploy 'cp two/index.html live/; rm live/assets/372.ab12.js' --report text --report json=s.json
    exits 1
    has "chunk-vanished  1 of 5 files"
    has "/assets/372.ab12.js  404 text/html (asked for later)"
    jq -e '.unknown == [] and .missing == []' s.json
    # without a number that leads somewhere the name is unknown
    sed -i 's|</head>|<script src="/assets/runtime.js"></script>&|' live/index.html
    skew --deploy 'cp -r two/* live/' --report json
    jq -e '.unknown | length == 1 and (.[0].code | contains("ab12"))' <<<"$output"
}

@test "a document where a script was is chunk-masked" {
    echo mask >how
    serve
    skew --deploy 'rm -r live/*; cp -r two/* live/'
    exits 1
    has "chunk-masked  3 of 3 files"
    has "/assets/shop-one.js  200 text/html"
    [[ "$output" != *chunk-vanished* ]]
}

@test "other bytes at the same address are chunk-mutated, in a file of the same length too" {
    serve
    skew --deploy 'cp two/index.html live/; sed -i s/one/eno/ live/assets/shop-one.js' --report text --report json=s.json
    exits 1
    has "chunk-mutated  1 of 3 files"
    has "/assets/shop-one.js"
    has "1 file that changed may be kept without asking"
    jq -e '[.files[] | select(.finding == "chunk-mutated") | .before.bytes == .after.bytes] == [true]' s.json
}

@test "a deploy that fails, or changes nothing, proves nothing" {
    serve
    skew --deploy 'echo out; echo err >&2; exit 7'
    exits 3
    [ -z "$output" ]
    [[ "$stderr" == *out*err*"the deploy command exited with code 7"* ]]
    skew --deploy true
    exits 3
    has "inconclusive: the page is the same as before"
    skew --deploy 'kill -9 $$'
    exits 3
    [[ "$stderr" == *"the deploy command died of SIGKILL"* ]]
}

@test "a file that is not answered afterwards is no pass" {
    serve
    skew --deploy 'cp -r two/* live/; echo busy >how'
    exits 3
    has "1 unanswered"
    has "/assets/shop-one.js  503 text/plain"
    has "inconclusive: some files were not answered after the deploy"
}

@test "without --deploy a person presses Enter" {
    serve
    mkfifo keys
    "$DRAINCTL" skew "$url" <keys >out 2>err 3>&- &
    local pid=$!
    exec 4>keys
    wait_until grep -q shop-one asked
    cp -r two/* live/
    echo >&4
    exec 4>&-
    wait "$pid"
    grep -q '^passed' out
    run --separate-stderr "$DRAINCTL" skew "$url" </dev/null
    exits 2
    [[ "$stderr" == *"standard input ended"*"hint: "*--deploy* ]]
}

@test "a server that the deploy restarts is waited for" {
    serve
    local server
    server=$(jobs -p)
    cat >restart <<END
kill $server
while kill -0 $server 2>/dev/null; do sleep 0.02; done
cp -r two/* live/
(sleep 0.3; sed 's/("127.0.0.1", 0)/("127.0.0.1", $(cat port))/' "$BATS_FILE_TMPDIR/files.py" >again.py; exec python3 again.py live) 3>&- >/dev/null 2>&1 &
echo \$! >server.pid
END
    skew --deploy 'sh restart'
    kill "$(cat server.pid)"
    exits 0
}

@test "gzip is read, and the page may be larger than what is kept" {
    echo gzip >how
    release live one
    # 50 MB, which gzip makes small; the names stand at its beginning
    head -c 50000000 /dev/zero | tr '\0' ' ' >>live/index.html
    serve
    skew --deploy 'rm -r live/*; cp -r two/* live/'
    exits 1
    has "chunk-vanished  3 of 3 files"
    has "bytes; names were looked for in the first 16 MiB"
}

@test "redirections are followed on the same host, and nowhere else" {
    serve
    local page=$url
    url=${page}moved skew --deploy 'cp -r two/* live/'
    exits 0
    url=${page}away skew --deploy true
    exits 3
    [[ "$stderr" == *"another host, 'http://localhost:1/'"*"hint: ask for that address"* ]]
    url=${page}loop skew --deploy true
    exits 3
    [[ "$stderr" == *"more than 10 redirections"* ]]
}

@test "other hosts, names made at run time and broken tags are said" {
    release live one
    cat >>live/index.html <<'END'
<script src="http://localhost:1/cdn.js"></script><script src="/nowhere.js"></script>
<script>import(`./lang/${navigator.language}.js`)</script>
END
    serve
    GITHUB_STEP_SUMMARY=$PWD/summary skew --deploy 'cp -r two/* live/' --report text --report json=s.json
    exits 0
    [ ! -e summary ] # it has no Markdown
    has "1 address on another host was not asked, such as http://localhost:1/cdn.js"
    has '1 name is made at run time, and not known: import(`./lang/${navigator.language}.js`) in http'
    has "/nowhere.js was no script or style sheet even before the deploy (status 404)"
    has "says nothing of how long it may be kept"
    jq -e '.elsewhere == ["http://localhost:1/cdn.js"]' s.json
}

@test "a page that is kept for an hour is said to be" {
    echo page-hour >how
    serve
    skew --deploy 'cp -r two/* live/'
    exits 0
    has "the page may be kept for 1h without asking"
}

@test "a page that names nothing, and one that is none, are no pass" {
    mkdir live && echo '<p>plain' >live/index.html && echo 'x' >live/x.js
    serve
    skew --deploy 'echo new >>live/index.html'
    exits 3
    has "inconclusive: the page names no script"
    url=${url}x.js skew --deploy true
    exits 3
    [[ "$stderr" == *"is no page: its type is 'text/javascript'"* ]]
    url=${url}none skew --deploy true
    exits 3
    [[ "$stderr" == *"status 404"* ]]
}

@test "what cannot be asked for is refused" {
    url=ftp://127.0.0.1/ skew
    exits 2
    [[ "$stderr" == *"is not an http URL"*"hint: write it whole"* ]]
    url=/index.html skew
    exits 2
    url=http://127.0.0.1:1/ skew --deploy true
    exits 3
    [[ "$stderr" == *"was not answered"* ]]
}

@test "an interrupt ends the deploy too" {
    serve
    "$DRAINCTL" skew "$url" --deploy 'echo $$ >deploy.pid; exec sleep 100' 3>&- 2>err &
    interrupt $! deploy.pid
}

@test "the three words are explained" {
    for word in chunk-vanished chunk-masked chunk-mutated; do
        run "$DRAINCTL" explain "$word"
        exits 0
        has "fix"
    done
}
