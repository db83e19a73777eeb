#!/usr/bin/env python3
"""Does `drainctl check` say the same when its runs go side by side as when they go one after the
other? For each server of the table: seconds, grade and defects of both, and what only one found.

    beside.py [--built FOLDER] [SERVER...]

What the table calls "sometimes" depends on a race and may differ, as may "a or b". The exit status is 0 when all
else is the same.
"""
import argparse
import sys

import run
from started import surroundings
from table import pick


def check(server, options, env, backend, words):
    result = run.check(server, options.built, env, backend, words)
    verdict = result.get("verdict", {})
    found = {defect["id"] for defect in verdict.get("defects", [])}
    return result.get("took", run.LIMIT), verdict.get("grade") or "-", found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--built", default="build/servers")
    parser.add_argument("servers", nargs="*")
    options = parser.parse_args()
    differ = 0
    with surroundings(options.built) as (env, backend):
        for server in pick(options.servers):
            alone = check(server, options, env, backend, ["--jobs", "1"])
            beside = check(server, options, env, backend, [])
            by_chance = set(server["sometimes"])
            by_chance |= {one for must in server["must"] if "|" in must for one in must.split("|")}
            wrong = (alone[2] ^ beside[2]) - by_chance
            differ += bool(wrong)
            chance = sorted((alone[2] ^ beside[2]) & by_chance)
            print(f"{'not ok' if wrong else 'ok':6} {server['name']:20} {alone[0]:5.1f} s "
                  f"{alone[1]}   {beside[0]:5.1f} s {beside[1]}  {' '.join(sorted(wrong))}"
                  f"{' (by chance: ' + ' '.join(chance) + ')' if chance else ''}", flush=True)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
