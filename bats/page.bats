#!/usr/bin/env bats
# drainctl check --page: the files of a page that is open while its server is started anew.

bats_require_minimum_version 1.5.0
load helper

# A server of the files in the folder "live". The file "how" is looked at for each request and at the
# start: "mask" (an unknown address is answered with the page), "build" (it makes its page when it
# starts, under names of its own), "once" (it does not start a second time).
setup_file() {
    cat >"$BATS_FILE_TMPDIR/server.py" <<'END'
import http.server, os, shutil, signal, sys

def how():
    try:
        return open("how").read().split()
    except FileNotFoundError:
        return []

def release(word, folder):
    os.makedirs(folder + "/assets", exist_ok=True)
    for name, text in (
            ("index.html", "<!doctype html><script type=module src=/assets/main-%s.js></script>%s"),
            ("assets/main-%s.js", "console.log('%s');const s=()=>import('./shop-%s.js')"),
            ("assets/shop-%s.js", "export default '%s'")):
        with open(os.path.join(folder, name.replace("%s", word)), "w") as out:
            out.write(text.replace("%s", word))

class Files(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def do_GET(self):
        file, status = "live" + ("/index.html" if self.path == "/" else self.path), 200
        if not os.path.isfile(file):
            status = 200 if "mask" in how() else 404
            file = "live/index.html"
        kind = "text/html" if file.endswith(".html") else "text/javascript"
        body = open(file, "rb").read()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control",
                         "no-cache" if kind == "text/html" else "max-age=31536000, immutable")
        self.end_headers()
        self.wfile.write(body)

if "build" in how():
    shutil.rmtree("live", ignore_errors=True)
    release(str(os.getpid()), "live")
elif not os.path.exists("live"):
    release("one", "live")
if "once" in how():
    if os.path.exists("was-here"):
        sys.exit("the database is locked")
    open("was-here", "w").close()
release("two", "two")
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Files).serve_forever()
END
}

# page_run [DEPLOY]: the run of a check that is for the page, alone: it is a scenario like any other.
# Its card is in c.txt and c.json.
page_run() {
    local deploy=""
    [ -z "${1-}" ] || deploy=$(jq -n --arg c "$1" '["/bin/sh", "-c", $c]' | sed '1s/^/"deploy": /')
    cat >s.json <<END
{"name": "check-page", "audit": true, "timeout": "${limit:-20s}",
 "target": {"command": ["python3", "$BATS_FILE_TMPDIR/server.py"], "url": "http://127.0.0.1:\${port}",
            "ready": {"port": true, "within": "10s"}},
 "loads": [],
 "actions": [{"restart": "target", ${deploy:+$deploy,} "when": {"page": "${page:-/}"}}]}
END
    "$DRAINCTL" scenario s.json --journal j.jsonl >/dev/null 2>err || true
    run --separate-stderr "$DRAINCTL" report j.jsonl --report text --report json=c.json
}

# found ID...: these defects, and no other.
found() {
    jq -e '[.defects[].id] == $ARGS.positional' c.json --args "$@" >/dev/null && return 0
    jq -c '[.defects[].id]' c.json >&2
    return 1
}

untested() { # untested TEXT
    jq -e --arg text "$1" 'any(.untested[]; contains($text))' c.json >/dev/null && return 0
    jq .untested c.json >&2
    return 1
}

@test "a check of the reference server's page: all is there again, and a report says the same" {
    run --separate-stderr "$DRAINCTL" check --quick --page / --slow '/api/data?ms=600' --path /live \
        --journal j.jsonl -- "$DRAINCTL" serve --web --port "\${port}"
    exits 0
    [[ "$stderr" != *"beside others"* ]] # it goes by itself, and that is no failure
    has "grade A"
    has "scripts and style sheets of the page had their old bytes when the server was back"
    has "✓ a browser asks for the page each time that it is opened"
    has "'/' after a deploy: no new build was deployed; give what deploys with --deploy"
    has "the server was ended and started again, with the files that it has"
    local card=$output
    run --separate-stderr "$DRAINCTL" report j.jsonl
    [ "$output" == "$card" ]
}

@test "a check of a server that serves another build at each start" {
    run --separate-stderr "$DRAINCTL" check --quick --page / --slow '/api/data?ms=600' --path /live \
        --report text --report json=c.json -- \
        "$DRAINCTL" serve --web --port "\${port}" --fault rename-chunks
    exits 1
    has "high     chunk-vanished"
    has "asked for later than the page"
    has "offer to load anew when a chunk fails (Vite: vite:preloadError)"
    jq -e '[.defects[].id] == ["chunk-vanished"]' c.json
}

@test "a deploy that keeps the old files" {
    page_run 'cp -r two/* live/'
    found
    has "✓ 2 of 2 scripts and style sheets of the page had their old bytes when the server was back"
    has "'/': 2 scripts and style sheets, 1 of them asked for later than the page; the server was ended and started again, with 'cp -r two/* live/' between"
    run ! untested deploy
    jq -s -e '[.[] | select(.e == "page") | [.what, .again]] ==
        [["document", 0], ["script", 0], ["script", 0], ["document", 1], ["script", 1], ["script", 1]]' j.jsonl
    # after the old one had gone, and before the new one came
    jq -s -e '[.[] | select(.e == "target-start" or .e == "target-exit") | [.e, .process // "", .life // 0]][:5] ==
        [["target-start", "", 0], ["target-exit", "", 0], ["target-start", "actions[0]", 0],
         ["target-exit", "actions[0]", 0], ["target-start", "", 1]]' j.jsonl
}

@test "a deploy that removes the old files, one that hides it, and one that writes over them" {
    page_run 'rm -r live/*; cp -r two/* live/'
    found chunk-vanished
    has "2 of 2 scripts and style sheets; 1 asked for later than the page; /assets/shop-one.js: 404 text/html, /assets/main-one.js: 404 text/html (check-page)"
    rm -r live
    echo mask >how
    page_run 'rm -r live/*; cp -r two/* live/'
    found chunk-masked
    has "/assets/shop-one.js: 200 text/html"
    rm -r live
    page_run 'cp two/index.html live/; sed -i s/one/eno/ live/assets/shop-one.js'
    found chunk-mutated
    jq -e '.defects[0] | .severity == "high" and .count == 1' c.json
}

@test "a server that builds its page when it starts: a restart alone shows it" {
    echo build >how
    page_run
    found chunk-vanished
    has "the server was ended and started again, with the files that it has"
    untested "no new build was deployed"
}

@test "a deploy that changes nothing is said" {
    page_run true
    found
    untested "'/' after a deploy: the page is the same as before, so nothing new was deployed"
}

@test "a page that cannot be judged: why, and no grade" {
    page=/none page_run
    untested "old files of '/none': 'http://127.0.0.1:"
    untested "/none' was answered with status 404"
    page=/assets/main-one.js page_run
    untested "/assets/main-one.js' is no page: its type is 'text/javascript'"
    page_run 'echo half; exit 7'
    untested "old files of '/': the deploy command exited with code 7"
    echo once >how
    page_run
    untested "old files of '/': target 'python3' exited with code 1 before it was ready"
    jq -e '.grade == null and .verdict == "inconclusive" and .fine == []' c.json
}

@test "a page without scripts, other hosts, and names made at run time" {
    mkdir live && echo '<p>plain' >live/index.html
    page_run
    found
    untested "old files of '/': it names no script and no style sheet of its own host"
    jq -e '.fine == ["a browser asks for the page each time that it is opened"]' c.json
    cat >live/index.html <<'END'
<script src="http://localhost:1/cdn.js"></script>
<script>import(`./lang/${navigator.language}.js`)</script>
END
    # 50 MB, in which the names stand at the beginning
    head -c 50000000 /dev/zero | tr '\0' ' ' >>live/index.html
    page_run
    found
    has "1 address on another host was not asked, such as http://localhost:1/cdn.js"
    has '1 name is made at run time, and not known: import(`./lang/${navigator.language}.js`)'
    has "names were looked for in the first 16 MiB"
}

@test "an interrupt ends the deploy and the server" {
    "$DRAINCTL" check --quick --page / --deploy 'echo $$ >deploy.started; exec sleep 100' \
        --slow '/api/data?ms=600' -- "$DRAINCTL" serve --web --port "\${port}" 3>&- >out 2>err &
    interrupt $! deploy.started
}

@test "what cannot be asked for is refused" {
    run --separate-stderr "$DRAINCTL" check --deploy true -- true
    exits 2
    [[ "$stderr" == *"--deploy needs --page"*"hint: "* ]]
    run --separate-stderr "$DRAINCTL" check --page / --pid $$ --url 8080
    exits 2
    [[ "$stderr" == *"--page does not go with --pid"*"hint: "* ]]
    run --separate-stderr "$DRAINCTL" check --page / --url 'unix:/tmp/x.sock' -- true
    exits 2
    [[ "$stderr" == *"--page needs an http address, not 'unix:/tmp/x.sock'"* ]]
    run --separate-stderr "$DRAINCTL" check --page index.html -- true
    exits 2
    run --separate-stderr "$DRAINCTL" check --checklist --page / -- true
    exits 2
    [[ "$stderr" == *"a checklist looks at no page"* ]]
}
