#!/usr/bin/env python3
"""journal.py N [SEED]: a journal of N requests in two loads through a shutdown, every time and size of its
own, a tenth of them cut: harder to write briefly than any real run's."""
import json
import random
import sys

N, RNG = int(sys.argv[1]), random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
US, T0 = 1000, 10**12
plan = {"name": "many", "target": {"command": ["./server"]},
        "loads": [{"name": "short", "request": {"path": "/a"}, "clients": 64},
                  {"name": "long", "request": {"path": "/b"}, "clients": 64}],
        "signals": [{"send": "SIGTERM", "when": {"at": "5s"}}],
        "expect": [{"load": "*", "cut_off": 0}]}
events = [(T0 + 1, {"e": "target-start", "pid": 2, "port": 8080, "argv": ["./server"]}),
          (T0 + 2, {"e": "loads-start"})]
SIGNAL = T0 + 5 * 10**9


def add(at, kind, **keys):
    events.append((at, {"e": kind, **keys}))


def request(number):
    load = number % 2
    at = T0 + 10**6 + int(RNG.random() * 9.9 * 10**9)
    port = RNG.randrange(20000, 60000)
    add(at, "start", a=number, l=load, r=(number + 1) // 2, c=RNG.randrange(1, 65), due=at - RNG.randrange(9000))
    add(at := at + RNG.randrange(30, 900) * US, "connected", a=number, port=port, reused=RNG.randrange(2))
    add(at := at + RNG.randrange(1, 90) * US, "sent", a=number)
    size = RNG.randrange(100, 90000)
    cut = RNG.random() < 0.1
    if not cut:
        add(at := at + RNG.randrange(500, 400000) * US, "first-byte", a=number)
    add(at + RNG.randrange(1, 9000) * US, "end", a=number, code=56 if cut else 0, errno=104 if cut else 0,
        status=0 if cut else RNG.choice([200, 200, 200, 204, 404]), tries=1, sent=RNG.randrange(80, 120),
        head=0 if cut else RNG.randrange(90, 140), head_done=int(not cut), body=0 if cut else size,
        length=-1 if cut else size, framing="" if cut else "length", close=RNG.randrange(2), why="")


for n in range(1, N + 1):
    request(n)
for k in range(2000):
    add(T0 + 3 + k * 2 * 10**6, "listener", sockets=1, depth=RNG.randrange(9), limit=128)
add(SIGNAL - 1000, "moment", i=0)
add(SIGNAL, "signal", i=0, signal=15, to=0, pid=2, errno=0)
add(SIGNAL + 10**7, "listener", sockets=0, depth=0, limit=128)
add(T0 + 12 * 10**9, "target-exit", pid=2, code=0, signal=0)
add(T0 + 12 * 10**9 + 1, "run-end", why="complete")
events.sort(key=lambda pair: pair[0])
print(json.dumps({"t": T0, "e": "plan", "format": 1, "drainctl": "0.1.0", "wall": "", "file": "many.json",
                  "seed": 0, "plan": plan}))
for at, event in events:
    print(json.dumps({"t": at, **event}))
