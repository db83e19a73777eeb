#!/usr/bin/python3
"""formats.py DRAINCTL JOURNAL: write every format of a recorded run, read each by somebody else's
parser, and compare what it says with the JSON: the attempts of each run and load by outcome and
reason, what people saw, and the defects of a check. Debian's python3, for python3-prometheus-client."""
import collections
import os
import subprocess
import sys
import tempfile

from reading import COUNTS, DEFECTS, READERS, SECONDS, USERS


def write_all(drainctl, journal, folder):
    """{format: file} of all formats that drainctl has."""
    listing = subprocess.run([drainctl, "report", "--help"], capture_output=True, text=True,
                             check=True).stdout
    rows = listing.split("report formats:\n")[1].split("\n\n")[0].splitlines()
    unread = {row.split()[0] for row in rows if row.startswith("  ") and row[2] != " "} ^ set(READERS)
    assert not unread, f"one without the other, in --help and in READERS of reading.py: {unread}"
    files = {name: os.path.join(folder, name) for name in READERS}
    options = [f"--report={name}={file}" for name, file in files.items()]
    done = subprocess.run([drainctl, "report", journal, "-v", *options], capture_output=True,
                          check=False)
    assert done.returncode in (0, 1, 3), done.stderr.decode()
    return files


def compare(what, format_name, found, wanted):
    if found == wanted:
        return True
    print(f"not ok {format_name}: {what}\n  it says {found}\n  JSON says {wanted}")
    return False


def defects_agree(name, data, wanted):
    if name not in DEFECTS:
        return True
    found = DEFECTS[name](data)
    if isinstance(found, list):
        found, wanted = collections.Counter(found), collections.Counter(list(wanted))
    return compare("defects", name, found, wanted)


def users_agree(name, data, wanted):
    """Seconds to the last digit that a format shows: text and markdown have one."""
    if name not in USERS:
        return True
    found, near = USERS[name](data), 0.0501 if name in ("text", "markdown") else 0.002
    same = len(found) == len(wanted) and all(
        f.keys() == w.keys() and
        all(abs(f[key] - w[key]) <= (near if key[1] == SECONDS else 0) for key in w)
        for f, w in zip(found, wanted))
    return same or compare("people", name, found, wanted)


def main():
    drainctl, journal = sys.argv[1:]
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        files = write_all(drainctl, journal, folder)
        data = {name: READERS[name](file) for name, file in files.items()}
    runs = COUNTS["json"](data["json"])
    people = USERS["json"](data["json"])
    defects = DEFECTS["json"](data["json"]) if "defects" in data["json"] else None
    attempts = sum(load["attempts"] for run in data["json"]["runs"] for load in run["loads"])
    assert attempts > 0, "no attempt: this would prove nothing"
    for name in READERS:
        good = compare("attempts", name, COUNTS[name](data[name]), runs)
        good = users_agree(name, data[name], people) and good
        good = (defects is None or defects_agree(name, data[name], defects)) and good
        bad += not good
        if good:
            print(f"ok {name}")
    print(f"{len(READERS)} formats, {len(runs)} runs, {attempts} attempts"
          + (f", people of {len(people)} runs" if people else "")
          + (f", {len(defects)} defects" if defects is not None else ""))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
