#!/usr/bin/env python3
"""Probe and `drainctl check`, one set-up at a time; raw data to FOLDER/results, a set-up a file.

    run.py [--built FOLDER] [--drainctl FILE] [--reuse | --kept] [--without PATH]... [--write FILE]
           [SETUP...]

--reuse takes what the probe saw last time, so that only the check is repeated, and any scene that is
new since then; --kept takes the
check's card too, where there is one, so that a measurement can be made in parts and a changed table
of facts can be tried. The exit status is 1 when a set-up could not be measured that is not skipped
for a missing part."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import time

import judge
import report
from measure import measure
from probe import look
from scenes import SCENES
from setup import HERE
from setups import pick
from started import NotReady
from surroundings import surroundings

CATALOGUE = os.path.join(HERE, "..", "..", "defects")
LIMIT = 600  # seconds for one check
PATHS = {"slow": "/slow?ms=1500", "upload": "/upload", "path": "/", "ready": "/ready",
         "large": "/large", "stream": "/stream?n=15&ms=100", "subscription": "/events"}


def catalogue():
    return {name[:-3] for name in os.listdir(CATALOGUE) if name.endswith(".md")}


def check_words(options, setup, place):
    """The check of one set-up as a person would type it, with each path that this check knows."""
    helped = subprocess.run([options.drainctl, "check", "--help"], capture_output=True, check=True)
    words = [options.drainctl, "check", "--signal", setup.signal,
             "--within", f"{int(setup.within)}s"]
    for name, path in PATHS.items():
        if f"--{name} PATH".encode() in helped.stdout and name not in options.without:
            words += [f"--{name}", path]
    return words, setup.words(place, "${port}")


def given(words):
    return [name for name in PATHS if f"--{name}" in words]


def check(options, setup, place, folder):
    words, target = check_words(options, setup, place)
    began = time.monotonic()
    journal = os.path.join(folder, setup.name + ".jsonl")
    done = subprocess.run([*words, "--report", "json", "--journal", journal, "--", *target],
                          env=place.environment(setup), check=False, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=LIMIT)
    took = time.monotonic() - began
    try:
        return {**card(json.loads(done.stdout)), "given": given(words), "took": round(took, 1)}
    except ValueError:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise NotReady(f"check: {said[0] if said else 'no JSON'}") from None


def saved(folder, setup):
    return os.path.join(folder, setup.name + ".json")


def before(folder, setup):
    """The result of the last time, or an empty one."""
    try:
        with open(saved(folder, setup), encoding="utf-8") as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def card(verdict):
    """What of a verdict is compared, and kept."""
    return {"grade": verdict.get("grade"), "fine": verdict.get("fine", []),
            "defects": [row["id"] for row in verdict.get("defects", [])]}


def probed(setup, place, options, old):
    """What the probe saw, now or the last time, and how long that took."""
    began = time.monotonic()
    if (options.reuse or options.kept) and "scenes" in old:
        new = [row[0].__name__ for row in SCENES if row[0].__name__ not in old["scenes"]]
        more = look(setup, place, new) if new else {}
        took = time.monotonic() - began if new else 0
        return {"scenes": {**old["scenes"], **more}, "probed": round(old["probed"] + took, 1)}
    return {"scenes": look(setup, place), "probed": round(time.monotonic() - began, 1)}


def checked(setup, place, options, old, folder):
    """The card of the check, now or the last time, and how long that took."""
    if options.kept and "given" in old:
        return {key: old[key] for key in ("grade", "fine", "defects", "given", "took")}
    return check(options, setup, place, folder)


def one(setup, place, options, folder):
    """One set-up: {"name", "skipped"}, {"name", "error"} or the whole result."""
    result = {"name": setup.name, "title": setup.title, "signal": setup.signal}
    missing, old = setup.missing(options.built), before(folder, setup)
    if missing:
        return {**result, "skipped": f"{missing} is not there"}
    try:
        result.update(probed(setup, place, options, old))
        result.update(checked(setup, place, options, old, folder))
    except (NotReady, OSError, subprocess.SubprocessError) as error:
        return {**result, "error": str(error)}
    facts = judge.judge(result["scenes"])
    return {**result, "facts": facts, "measured": measure(facts, result, catalogue())}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--built", default="build/truth")
    parser.add_argument("--drainctl", default=os.environ.get("DRAINCTL", "build/drainctl"))
    parser.add_argument("--reuse", action="store_true")
    parser.add_argument("--kept", action="store_true")
    parser.add_argument("--without", action="append", default=[], choices=PATHS,
                        help="leave this path out of the check")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("setups", nargs="*")
    options = parser.parse_args()
    folder = os.path.join(options.built, "results")
    os.makedirs(folder, exist_ok=True)
    options.drainctl = shutil.which(options.drainctl) or options.drainctl
    results = []
    with surroundings(options.built) as place:
        for setup in pick(options.setups):
            result = one(setup, place, options, folder)
            results.append(result)
            report.line(result)
            if "facts" in result:
                with open(saved(folder, setup), "w", encoding="utf-8") as file:
                    json.dump(result, file, indent=1)
    report.sums(results)
    if options.write:
        report.page(options.write, results)
    return 1 if any("error" in result for result in results) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
