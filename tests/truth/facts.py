"""What can be true of a server that is told to stop, and which defects of the catalogue say so.

A fact is true when a run of its scene showed it. Each row:
  name    what it is called in tables
  scene   the scene of scenes.py that decides it
  says    the sentence, for a server of which it is true
  ids     the defects that state it: one of them must be reported when it is true
  also    defects that say it as a part of something larger, which is enough as well
  bars    defects that may not be reported when it is false, unless another fact states them
  wants   the path that a check must be given to see it; without it the fact does not count
  fine    how a line of "what was fine" begins that must not be printed when it is true
"""
from dataclasses import dataclass

CUT = ("inflight-killed-at-signal", "main-exits-early", "wrong-signal-fast-stop",
       "term-means-reload", "signal-handler-deadlock")
NEVER = ("exit-never", "signal-ignored", "signal-handler-deadlock", "term-means-reload")
SWALLOWS = ("shell-wrapper-swallows", "runner-swallows")  # the server never heard the signal
LEFT = ("workers-orphaned", "listener-fd-leaked", "wrapper-leaves-early", *SWALLOWS)


@dataclass(frozen=True)
class Fact:
    name: str
    scene: str
    says: str
    ids: tuple = ()
    also: tuple = ()
    bars: tuple = ()
    fine: str = ""
    race: bool = False
    wants: str = "slow"


FACTS = [
    Fact("in-flight-cut", "inflight", "requests in flight are cut", CUT,
         bars=("inflight-killed-at-signal", "main-exits-early", "wrong-signal-fast-stop"),
         fine=r"\d+ of \d+ requests in flight were answered"),
    Fact("in-flight-failed", "inflight", "requests in flight get an error",
         ("request-context-cancelled", "deps-closed-first"),
         bars=("request-context-cancelled", "deps-closed-first"),
         fine=r"no request in flight was answered with a server error"),
    Fact("post-cut", "posts", "POST requests in flight are cut",
         ("nonidempotent-not-retried", *CUT), bars=("nonidempotent-not-retried",),
         fine=r"\d+ of \d+ POST requests in flight were answered"),
    Fact("upload-cut", "uploads", "uploads are cut in the middle",
         ("upload-cut", "unread-request-rst"), CUT, ("upload-cut", "unread-request-rst"),
         r"\d+ of \d+ uploads", wants="upload"),
    Fact("parts-cut", "half_sent", "an answer that comes in parts is cut",
         ("stream-cut-at-signal",), CUT, ("stream-cut-at-signal",),
         r"\d+ of \d+ answers that come in parts", wants="stream"),
    Fact("slow-reader-cut", "half_sent", "an answer that is read slowly is cut",
         ("response-not-flushed", "truncation-looks-complete", "header-cut-looks-200"), CUT,
         ("response-not-flushed",), r"\d+ answers on their way", wants="large"),
    Fact("queue-lost", "queue", "connections in the accept queue are lost",
         ("accept-queue-reset", "reuseport-group-loss"),
         ("wrong-signal-fast-stop", "listener-open-nobody-accepts"),
         ("accept-queue-reset", "reuseport-group-loss"),
         r"\d+ of \d+ connections in the accept queue", race=True),
    Fact("kept-lost", "kept_race", "requests on kept-alive connections are lost around the close",
         ("idle-keepalive-fin-race",), ("wrong-signal-fast-stop",), ("idle-keepalive-fin-race",),
         r"\d+ of \d+ requests on kept-alive", race=True),
    Fact("arrival-lost", "arrivals", "connections made around the signal are closed unanswered",
         ("accept-vs-shutdown-race", "accept-queue-reset", "handshake-at-close"),
         ("listener-open-nobody-accepts", *CUT), ("accept-vs-shutdown-race", "handshake-at-close"),
         r"\d+ connections made around the signal", race=True),
    Fact("turns-lost", "arrivals_turns", "connections made as it takes the signal are lost",
         ("accept-vs-shutdown-race", "accept-queue-reset", "handshake-at-close"),
         ("listener-open-nobody-accepts", *CUT), ("accept-vs-shutdown-race", "handshake-at-close"),
         r"\d+ connections made around the signal", race=True),
    Fact("arrival-hangs", "arrivals", "it listens during the drain, and does not answer",
         ("listener-open-nobody-accepts",), ("accept-queue-reset", "signal-handler-deadlock"),
         ("listener-open-nobody-accepts",), r"\d+ new connections during the drain", race=True),
    Fact("no-close-said", "inflight", "answers in the drain do not say Connection: close",
         ("no-connection-close", "keepalive-served-forever", "shed-503-loop"),
         ("signal-ignored", *SWALLOWS),
         ("no-connection-close",)),  # the line of the card is only of those after the close
    Fact("pipelined-lost", "pipelined", "the second of two pipelined requests is dropped",
         ("pipelined-dropped",), CUT, ("pipelined-dropped",), r"\d+ of \d+ pipelined"),
    Fact("pipelined-late-lost", "pipelined_late",
         "the second of two pipelined requests is dropped once it closes",
         ("pipelined-dropped",), CUT, ("pipelined-dropped",), r"\d+ of \d+ pipelined"),
    Fact("half-head-late-lost", "half_head_late", "a half-sent head is dropped once it closes",
         ("half-head-dropped",), CUT, ("half-head-dropped",),
         r"\d+ of \d+ requests whose head was half sent"),
    Fact("half-head-lost", "half_head", "a half-sent head is dropped",
         ("half-head-dropped",), CUT, ("half-head-dropped",),
         r"\d+ of \d+ requests whose head was half sent"),
    Fact("expect-stranded", "expect", "a client that waits for 100 Continue gets no answer",
         ("expect-100-stranded",), ("upload-cut", *CUT), ("expect-100-stranded",),
         r"\d+ of \d+ requests with Expect"),
    Fact("second-cuts", "second", "a second signal cuts requests in flight",
         ("platform-double-signal",), SWALLOWS, bars=("platform-double-signal",),
         fine=r"\d+ of \d+ requests survived a repeated signal"),
    Fact("interrupt-cuts", "interrupt", "SIGINT cuts requests in flight, or does not end it",
         ("sigint-not-drained",), (*NEVER, *SWALLOWS), ("sigint-not-drained",),
         r"\d+ of \d+ requests survived SIGINT"),
    Fact("group-cuts", "group", "a signal to the group cuts requests in flight",
         ("group-signal-kills-workers", "group-signal-kills-helpers"), SWALLOWS,
         ("group-signal-kills-workers",), r"\d+ of \d+ requests survived a signal to the whole"),
    Fact("ready-stays", "ready", "readiness says 200 during the drain",
         ("health-still-200",),
         ("signal-ignored", "listener-open-nobody-accepts", "exit-never", *SWALLOWS),
         ("health-still-200",), r"readiness turned", wants="ready"),
    Fact("served-on", "steady", "a busy kept-alive client is served on and on",
         ("keepalive-served-forever",), ("signal-ignored", "exit-never", *SWALLOWS),
         ("keepalive-served-forever",), r"a busy kept-alive connection was ended"),
    Fact("silent-holds", "silent", "a silent connection holds the exit",
         ("silent-conn-stalls", "exit-late"), (), ("silent-conn-stalls",),
         r"\d+ silent connections did not hold|it exits as soon as"),
    Fact("half-head-holds", "half_head_hold", "a half-sent head holds the exit",
         ("silent-conn-stalls", "exit-late"), (), ("silent-conn-stalls",),
         r"it exits as soon as"),
    Fact("idle-holds", "idle", "an idle kept-alive connection holds the exit",
         ("idle-after-close-stalls", "exit-late"), (), ("idle-after-close-stalls",),
         r"it exits as soon as"),
    Fact("events-hold", "events", "an endless stream holds the exit",
         ("stream-stalls-drain",), (), ("stream-stalls-drain",), r"\d+ subscriptions did not hold",
         wants="subscription"),
    Fact("events-cut", "events", "an endless stream is cut without its last chunk",
         also=CUT, wants="subscription"),
    Fact("no-limit", "outlast", "a request of 40 s keeps it for 13 s and more",
         ("no-deadline", "deadline-exceeds-platform"), NEVER, ("no-deadline",),
         r"the drain has a limit"),
    Fact("left-serving", "outlast", "it exits, and a process that it leaves goes on with a request",
         LEFT, ("no-deadline", "main-exits-early", *NEVER), ("workers-orphaned",),
         r"no process is left behind"),
    Fact("stays-cut", "outlast", "it cuts a request of 40 s, and is still there after 13 s",
         (*NEVER, "exit-late", "deadline-ignored"), SWALLOWS),
    Fact("limit-hidden", "outlast", "it cuts at its limit, says nothing, and exits as if clean",
         ("deadline-result-hidden",), CUT, ("deadline-result-hidden",),
         r"a drain that was cut short can be told"),
    Fact("never-exits", "bare", "it does not exit though no client is connected", NEVER,
         LEFT, ("exit-never", "signal-ignored"), r"it obeys the signal$"),
    Fact("exits-late", "bare", "it exits a second or more late, with no client connected",
         ("exit-late",), NEVER, ("exit-late",), r"it exits as soon as"),
    Fact("exit-code", "inflight", "after a clean drain it does not exit with 0",
         ("exit-code-ambiguous",), ("exit-late", *SWALLOWS), ("exit-code-ambiguous",),
         r"it exits with 0 after a clean drain"),
    Fact("port-served", "inflight", "its port is served after its exit",
         ("listener-fd-leaked", *LEFT), bars=("listener-fd-leaked",),
         fine=r"no process listens on the port"),
    Fact("left-behind", "inflight", "processes are left after its exit", LEFT,
         bars=("workers-orphaned", "shell-wrapper-swallows"), fine=r"no process is left behind"),
    Fact("startup-forgotten", "startup", "a signal while it starts is forgotten",
         ("signal-during-startup",), NEVER, ("signal-during-startup",),
         r"\d+ of \d+ signals during the start"),
    Fact("pid1-ignores", "pid1", "as PID 1 it ignores the signal",
         ("pid1-no-handler",), (*NEVER, *SWALLOWS), ("pid1-no-handler",), r"it obeys the signal as PID 1"),
]

# Defects of the catalogue that no fact states: the probe does not look at them, so that a card that
# has one is neither right nor wrong by this measurement.
OUTSIDE = {
    **dict.fromkeys(("chunk-vanished", "chunk-masked", "chunk-mutated", "page-kept",
                     "assets-not-kept"), "no set-up has a page, and --page is not given"),
    "deadline-ignored": "wants silent connections beside a request, and a limit",
    "deadline-exceeds-platform": "depends on the platform, which is not the server's",
    "defer-accept-ghost": "what a client sees after the exit is no loss",
    "endpoint-lag": "depends on the platform", "prestop-eats-grace": "depends on the platform",
    "held-socket-lost": "no set-up has a socket that is held for it",
    "liveness-fails-in-drain": "no set-up has a liveness path",
    "stale-socket-file": "no set-up leaves files but in a folder of its own",
    "truncation-looks-complete": "stated with answer-cut; alone it wants a framing that hides it",
    "unrelated-signal-stops": "not a shutdown signal",
    "worker-recycle-drop": "no signal at all",
}
# No fact states them yet: the probe would have to hold hundreds of subscriptions, or come back as a
# page does.
TO_COME = {"close-storm", "eventsource-503"}
