#!/usr/bin/env python3
"""`drainctl check` against every server of the table: what each is found guilty of must be what the
table says. Prints one line a server; with --write also a page with the evidence.

    run.py [--built FOLDER] [--repeat N] [--write FILE] [SERVER...]

The exit status is 0 when all findings are as expected.
"""
import argparse
import json
import os
import subprocess
import sys
import time

from page import write_page
from started import surroundings
from table import FAST, READY, SLOW, UPLOAD, command, pick

DRAINCTL = os.environ.get("DRAINCTL", "build/drainctl")
LIMIT = 240  # seconds for one check
SLOW_START = 600  # for one of a server that has `within`: it is started fifteen times
MS = 1500


def check_words(server, built, backend):
    """The check of one server as a person would type it."""
    words = [DRAINCTL, "check", "--slow", SLOW.format(ms=MS), "--upload", UPLOAD, "--path", FAST,
             "--ready", READY]
    if "signal" in server:
        words += ["--signal", server["signal"]]
    if "within" in server:
        words += ["--within", server["within"]]
    return words, command(server, built, backend)


def check(server, built, env, backend, more=()):
    words, target = check_words(server, built, backend)
    words += more
    began, limit = time.monotonic(), SLOW_START if "within" in server else LIMIT
    try:
        done = subprocess.run([*words, "--report", "json", "--", *target], env=env, check=False,
                              capture_output=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return {"error": f"no end within {limit} s"}
    result = {"took": time.monotonic() - began, "status": done.returncode}
    try:
        result["verdict"] = json.loads(done.stdout)
    except ValueError:
        said = done.stderr.decode(errors="replace").strip()
        result["error"] = said or f"no JSON on standard output, status {done.returncode}"
    return result


def not_built(server, built):
    """Why a server cannot be started here, or None: only what needs Maven may be missing."""
    there = os.path.isdir(os.path.join(built, "spring", "classes"))
    return None if there or "within" not in server else "there was no JDK or no Maven to build it"


def judge(server, results):
    """What is wrong with the findings of all repeats: sentences, none when all is as expected."""
    wrong = []
    for result in results:
        if "error" in result:
            wrong.append(result["error"].splitlines()[0])
            continue
        found = {defect["id"] for defect in result["verdict"].get("defects", [])}
        must = [one.split("|") for one in server["must"]]
        known = {name for one in must for name in one} | set(server["sometimes"])
        wrong += [f"not found: {' or '.join(one)}" for one in must if not found.intersection(one)]
        wrong += [f"unexpected: {name}" for name in sorted(found - known)]
    return list(dict.fromkeys(wrong))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--built", default="build/servers")
    parser.add_argument("--repeat", type=int, default=1, metavar="N")
    parser.add_argument("--write", metavar="FILE")
    parser.add_argument("servers", nargs="*")
    options = parser.parse_args()
    failed, rows = 0, []
    with surroundings(options.built) as (env, backend):
        for server in pick(options.servers):
            if missing := not_built(server, options.built):
                print(f"skip   {server['name']:20} {missing}", flush=True)
                continue
            results = [check(server, options.built, env, backend) for _ in range(options.repeat)]
            wrong = judge(server, results)
            failed += bool(wrong)
            rows.append((server, results))
            took = max((result.get("took", LIMIT) for result in results), default=0)
            grades = " ".join(result.get("verdict", {}).get("grade") or "-" for result in results)
            print(f"{'not ok' if wrong else 'ok':6} {server['name']:20} {took:5.1f} s  {grades}",
                  flush=True)
            for sentence in wrong:
                print(f"       {sentence}")
    if options.write:
        write_page(options.write, rows, options)
    print(f"{len(rows) - failed} of {len(rows)} servers found guilty of what is expected")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
