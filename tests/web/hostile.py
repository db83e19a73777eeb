#!/usr/bin/env python3
"""hostile.py IN OUT: a copy of the journal IN with text that would like to break out wherever a run's own
text stands: names, paths, the target's output and arguments, notes, health paths, reasons."""
import json
import sys

EVIL = ("</script><script>window.evil=1</script><img src=x onerror=window.evil=1><!--<script> \"'`&amp; "
        "]]> \x1b[31m \x07 \x9b \u202e \u2028 \ufffe <x-evil>")
RAW = b"\xff\xc0\xaf\xed\xa0\x80"  # no UTF-8, written as it is
MARK = "RAWBYTES"


def evil_plan(plan):
    allowed = "".join(c for c in EVIL if ord(c) >= 32 and not 127 <= ord(c) < 160)
    for load in plan["loads"]:
        load["request"]["path"] = "/" + allowed.replace(" ", "")
    plan["about"] = allowed
    return plan


def evil_event(event):
    kind = event["e"]
    if kind == "plan":
        event["plan"] = evil_plan(event["plan"])
        event["file"] = EVIL + MARK
    elif kind == "target-start":
        event["argv"] = [EVIL + MARK]
    elif kind in ("target-output", "note"):
        event["line" if kind == "target-output" else "text"] = EVIL + MARK
    elif kind == "health":
        event["path"] = EVIL + MARK
    return event


with open(sys.argv[1], encoding="utf-8") as lines, open(sys.argv[2], "wb") as out:
    for number, line in enumerate(lines):
        event = json.loads(line)
        text = json.dumps(evil_event(event), ensure_ascii=False).encode("utf-8", "surrogatepass")
        out.write(text.replace(MARK.encode(), RAW) + b"\n")
        if number == 1:  # beside what the run itself brought
            for extra in ({"e": "target-output", "stream": 2, "line": EVIL + MARK},
                          {"e": "note", "text": EVIL + MARK},
                          {"e": "orphan", "pid": 7, "command": EVIL + MARK}):
                text = json.dumps({"t": event["t"], **extra}, ensure_ascii=False).encode()
                out.write(text.replace(MARK.encode(), RAW) + b"\n")
