#!/usr/bin/env python3
"""Probe and `drainctl check`, one set-up at a time; raw data to FOLDER/results, a set-up a file.

    run.py [--built FOLDER] [--drainctl FILE] [--reuse] [--write FILE] [SETUP...]

--reuse takes what the probe saw last time, so that only the check is repeated. The exit status is
1 when a set-up could not be measured that is not skipped for a missing part."""
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
from setup import HERE
from setups import pick
from started import NotReady
from surroundings import surroundings

CATALOGUE = os.path.join(HERE, "..", "..", "defects")
LIMIT = 600  # seconds for one check
PATHS = ["--slow", "/slow?ms=1500", "--upload", "/upload", "--path", "/", "--ready", "/ready",
         "--large", "/large", "--stream", "/stream?n=15&ms=100"]


def catalogue():
    return {name[:-3] for name in os.listdir(CATALOGUE) if name.endswith(".md")}


def check_words(drainctl, setup, place):
    """The check of one set-up as a person would type it; one that knows endless streams gets one."""
    words = [drainctl, "check", *PATHS, "--signal", setup.signal,
             "--within", f"{int(setup.within)}s"]
    helped = subprocess.run([drainctl, "check", "--help"], capture_output=True, check=True)
    if b"--subscription" in helped.stdout:
        words += ["--subscription", "/events"]
    return words, setup.words(place, "${port}")


def check(drainctl, setup, place, folder):
    words, target = check_words(drainctl, setup, place)
    began = time.monotonic()
    journal = os.path.join(folder, setup.name + ".jsonl")
    done = subprocess.run([*words, "--report", "json", "--journal", journal, "--", *target],
                          env=place.environment(setup), check=False, capture_output=True,
                          stdin=subprocess.DEVNULL, timeout=LIMIT)
    took = time.monotonic() - began
    try:
        return json.loads(done.stdout), took
    except ValueError:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise NotReady(f"check: {said[0] if said else 'no JSON'}") from None


def saved(folder, setup):
    return os.path.join(folder, setup.name + ".json")


def before(folder, setup):
    """What the probe saw the last time, or None."""
    try:
        with open(saved(folder, setup), encoding="utf-8") as file:
            return json.load(file).get("scenes")
    except (OSError, ValueError):
        return None


def one(setup, place, options, folder):
    """One set-up: {"name", "skipped"}, {"name", "error"} or the whole result."""
    result = {"name": setup.name, "title": setup.title, "signal": setup.signal}
    missing = setup.missing(options.built)
    if missing:
        return {**result, "skipped": f"{missing} is not there"}
    began = time.monotonic()
    try:
        seen = (options.reuse and before(folder, setup)) or look(setup, place)
        probed = time.monotonic() - began
        verdict, took = check(options.drainctl, setup, place, folder)
    except (NotReady, OSError, subprocess.SubprocessError) as error:
        return {**result, "error": str(error)}
    facts = judge.judge(seen)
    return {**result, "scenes": seen, "facts": facts, "probed": round(probed, 1),
            "took": round(took, 1), "grade": verdict.get("grade"),
            "defects": [row["id"] for row in verdict.get("defects", [])],
            "fine": verdict.get("fine", []), "measured": measure(facts, verdict, catalogue())}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--built", default="build/truth")
    parser.add_argument("--drainctl", default=os.environ.get("DRAINCTL", "build/drainctl"))
    parser.add_argument("--reuse", action="store_true")
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
