"""docs/servers.md: what each real server was found guilty of, with the evidence and the command."""
import datetime
import os
import platform
import shlex
import subprocess

from table import FAST, READY, SLOW, UPLOAD, HERE

VERSIONS = [  # how each program says which it is, and the word of its answer
    ("nginx", ["{built}/nginx", "-v"], -1),
    ("Go", ["go", "version"], 2),
    ("Node", ["node", "--version"], 0),
    ("Java", ["java", "-version"], 2),
    ("gunicorn", ["gunicorn", "--version"], -1),
    ("Puma", ["puma", "--version"], -1),
    ("Python", ["python3", "--version"], -1),
]

INTRO = """# Real servers, and what `check` finds

Small servers, each as its users run it (`tests/servers/`), checked with `drainctl check`. A finding
says what this server does to its users with the code that it runs here; it is no verdict on the
project. Written by `tests/servers/run.py --write docs/servers.md`, {date}: {versions}; {kernel},
{cores} cores. {repeat}

| server | signal | grade | defects |
| --- | --- | --- | --- |
"""

BY_HAND = """
## To repeat it

`make test-servers` installs what is missing, builds the Go servers, checks all, and fails when a
server is not found guilty of what `tests/servers/table.py` expects (`SERVERS='node-close nginx-quit'`
for some of them). It installs no service: nginx is unpacked below `build/`, not installed.

`make probe-servers` shows the same servers over plain sockets, with a program that shares no code
with drainctl. To see one by hand:

"""


def versions(built):
    found = []
    for name, words, place in VERSIONS:
        words = [word.format(built=built) for word in words]
        try:
            done = subprocess.run(words, capture_output=True, check=True, text=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        word = (done.stdout + done.stderr).split()[place].strip("()")
        found.append(f"{name} {word.split('/')[-1].removeprefix('v').removeprefix('go')}")
    return ", ".join(found)


def verdict(result):
    return result.get("verdict", {})


def findings(results):
    """{id: [finding of each repeat that has it]}, in the order in which they were reported."""
    seen = {}
    for result in results:
        for defect in verdict(result).get("defects", []):
            seen.setdefault(defect["id"], []).append(defect)
    return seen


def row(server, results):
    grades = "".join(sorted({verdict(result).get("grade") or "–" for result in results}))
    words = []
    for name, seen in findings(results).items():
        rate = f" ({len(seen)} of {len(results)})" if len(seen) < len(results) else ""
        words.append(f"`{name}`{rate}")
    words += [f"not judged: {result['error']}" for result in results if "error" in result]
    signal = server.get("signal", "TERM")
    return f"| {server['title']} | {signal} | {grades} | {', '.join(words) or 'none'} |\n"


def not_judged(results):
    """The runs of the battery that came to nothing, and why: nothing is said about those."""
    why = {}
    for result in results:
        for run in verdict(result).get("runs", []):
            if run.get("verdict") == "inconclusive" and run.get("why"):
                why.setdefault(run["why"], {})[run["scenario"]] = True
    if not why:
        return ""
    return "\nNot judged:\n" + "".join(f"- {', '.join(f'`{name}`' for name in names)}: {text}\n"
                                       for text, names in why.items())


def section(server, results):
    text = f"\n## {server['title']}\n\n"
    for name, seen in findings(results).items():
        worst = max(seen, key=lambda defect: defect.get("count") or 0)
        text += f"- `{name}` ({worst.get('severity', '?')}): {worst.get('evidence', '')}\n"
    return text + not_judged(results)


def typed(server):
    words = [word.replace("${here}", os.path.relpath(HERE)).replace("${built}", "build/servers")
             for word in server["command"]]
    words = [word if word != "${backend}" else "8081" for word in words]
    options = ["--slow", SLOW.format(ms=1500), "--upload", UPLOAD, "--path", FAST,
               "--ready", READY]
    if "signal" in server:
        options += ["--signal", server["signal"]]
    return f"drainctl check {shlex.join(options)} \\\n  -- {shlex.join(words)}\n"


def write_page(path, rows, options):
    repeat = ("Each was checked once." if options.repeat == 1 else
              f"Each was checked {options.repeat} times; a rate stands behind what was not always "
              "seen.")
    text = INTRO.format(date=datetime.date.today(), versions=versions(options.built), repeat=repeat,
                        kernel=f"{platform.system()} {platform.release().split('-')[0]}",
                        cores=os.cpu_count())
    text += "".join(row(server, results) for server, results in rows)
    text += "".join(section(server, results) for server, results in rows)
    text += BY_HAND + "```\n" + "".join(typed(server) for server, _ in rows)
    text += "```\n\nThe two of nginx want a backend: `tests/servers/backend.py 8081 &`.\n"
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
