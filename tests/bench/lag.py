#!/usr/bin/env python3
"""From a moment coming true to the kill, with 5,000 requests in flight: 100 signals that the target
ignores (SIGWINCH), each when the answer of a small closed-loop load beside the 5,000 begins to arrive.

Two clocks: drainctl's own, from its noticing the moment to the system call's return; and, stricter,
from the server's own record that it wrote that answer, which counts what drainctl was busy with."""
from common import finish, median, percentile, row, run_with_journal

SIGNALS = 100
scenario = {
    "name": "bench-lag",
    "target": {"reference": {"drain_timeout": "20s"}},
    "timeout": "60s",
    "loads": [
        {"name": "held", "request": {"path": "/api/data?ms=6000"}, "clients": 5000,
         "requests": 5000, "connection": "new"},
        {"name": "tick", "request": {"path": "/api/data?ms=1"}, "clients": 1,
         "requests": SIGNALS + 20, "start": "1500ms"},
    ],
    "signals": [{"send": "SIGWINCH", "when": {"load": "tick", "request": 5 + n, "phase": "receiving"}}
                for n in range(SIGNALS)] +
               [{"send": "SIGTERM", "when": {"load": "tick", "request": SIGNALS + 10,
                                             "phase": "receiving"}}],
    "expect": [{"load": "held", "completed": "100%"}],
}
run, status, events = run_with_journal(scenario)
assert status == 0, run["why"]
in_flight = run["loads"][0]["phases"]["waiting"]["completed"]
assert in_flight == 5000, in_flight
ticks = {e["r"]: e["a"] for e in events if e["e"] == "start" and e["l"] == 1}
written = {e["a"]: e["at"] for e in events if e["e"] == "ledger" and e["what"] == "written"}
sent = {e["i"]: e["t"] for e in events if e["e"] == "signal"}
own = [s["lag_us"] for s in run["signals"][:SIGNALS]]
strict = [(sent[n] - written[ticks[5 + n]]) / 1000 for n in range(SIGNALS)]
assert len(own) == len(strict) == SIGNALS
met = []
for name, lags in (("moment noticed to signal sent", own),
                   ("answer written by the server to signal sent", strict)):
    met += [row(f"{name}, median", "≤ 200 µs", f"{median(lags):.0f} µs" if median(lags) >= 1 else "< 1 µs", median(lags) <= 200),
            row(f"{name}, 99 %", "≤ 2 ms", f"{percentile(lags, 0.99) / 1000:.2f} ms",
                percentile(lags, 0.99) <= 2000)]
finish(*met)
