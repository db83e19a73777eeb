# The sentences of "what was fine" in a verdict of check that a defect on the same card contradicts; a list.
# Each row: what is found, and how a sentence begins that must not stand beside it.
[ [["inflight-killed-at-signal", "main-exits-early", "request-context-cancelled", "deps-closed-first",
    "truncation-looks-complete", "header-cut-looks-200", "wrong-signal-fast-stop", "term-means-reload",
    "signal-handler-deadlock"], "[0-9]+ of [0-9]+ requests in flight were answered"],
  [["request-context-cancelled", "deps-closed-first"], "no request in flight was answered with a server error"],
  [["exit-never", "signal-ignored", "signal-handler-deadlock", "stream-stalls-drain", "pid1-no-handler",
    "signal-during-startup"], "it obeys the signal$"],
  [["exit-never", "exit-late", "silent-conn-stalls", "idle-after-close-stalls", "stream-stalls-drain"],
    "it exits as soon as its last answer is out"],
  [["exit-never", "signal-ignored", "deadline-ignored", "no-deadline"], "the drain has a limit"],
  [["silent-conn-stalls"], "[0-9]+ silent connections did not hold up"],
  [["workers-orphaned", "listener-fd-leaked", "shell-wrapper-swallows", "wrapper-leaves-early"], "no process is left behind"],
  [["listener-fd-leaked"], "no process listens on the port"],
  [["health-still-200"], "readiness turned"],
  [["listener-open-nobody-accepts"], "[0-9]+ new connections during the drain"],
  [["upload-cut", "unread-request-rst"], "[0-9]+ of [0-9]+ uploads"],
  [["response-not-flushed", "truncation-looks-complete", "header-cut-looks-200"], "[0-9]+ answers on their way"],
  [["group-signal-kills-workers", "group-signal-kills-helpers"], "[0-9]+ of [0-9]+ requests survived a signal to the whole group"],
  [["sigint-not-drained"], "[0-9]+ of [0-9]+ requests survived SIGINT"],
  [["platform-double-signal"], "[0-9]+ of [0-9]+ requests survived a repeated signal"],
  [["chunk-vanished", "chunk-masked", "chunk-mutated"], "[0-9]+ of [0-9]+ scripts and style sheets of the page"],
  [["page-kept"], "a browser asks for the page each time"]
] as $rows
| [(.defects // [])[].id] as $found
| [(.fine // [])[] as $fine | $rows[] | select((.[0] - (.[0] - $found) | length > 0) and (.[1] as $re | $fine | test("^" + $re)))
   | "\($fine) | beside \(.[0] - (.[0] - $found) | join(" "))"]
