"""What the measurement came to: lines for the terminal, and docs/truth.md."""
import os
import platform
import subprocess
import time

from facts import FACTS
from measure import disputed, total

INTRO = """# What `check` says, and what is true

Real servers, each as its users run it (`tests/truth/setups/`). A probe that shares no code with
drainctl looks at each over raw sockets and decides which facts are true of it
(`tests/truth/facts.py`); then `drainctl check` is run on the same server, and the two are compared.
Written by `make truth-page`, {date}, on {machine}.
"""

WORDS = """
- **true**: facts that the probe saw, in at least one run; a race is run 5 to 9 times.
- **named**: those of them for which the card of `check` has a defect.
- **missed**: those for which it has none. In brackets: in how many of its runs the probe saw it.
- **false**: defects on the card whose facts the probe saw in no run.
- **contradictions**: lines of "what was fine" that a fact contradicts.
- Facts seen in less than half of the runs depend on luck; the second figure of recall and of the
  contradictions leaves them out. Defects that the probe does not look at, or could not decide, count nowhere.
"""


def rate(part, whole):
    return f"{100 * part / whole:.1f} %" if whole else "nothing to count"


def line(result):
    """One set-up on the terminal, and what is wrong with it below."""
    if "facts" not in result:
        why = result.get("skipped") or result["error"]
        print(f"{'skipped' if 'skipped' in result else 'ERROR':8}{result['name']:18}{why}",
              flush=True)
        return
    measured = result["measured"]
    named, missed = len(measured["named"]), len(measured["missed"])
    print(f"{result['grade'] or '-':8}{result['name']:18}named {named} of {named + missed}, "
          f"false {len(measured['false'])}, wrongly named {len(measured['wrongly_named'])}, "
          f"contradictions {len(measured['contradictions'])}; "
          f"check {result['took']:.0f} s, probe {result['probed']:.0f} s", flush=True)
    for sentence in wrong(result):
        print(f"        {sentence}", flush=True)


def times(result, name):
    row = result["facts"][name]
    return f"{row['seen']} of {row['of']}"


def wrong(result):
    measured = result["measured"]
    return [*(f"missed: {name} ({times(result, name)})" for name in measured["missed"]),
            *(f"false: {name}" for name in measured["false"]),
            *(f"wrongly named: {name}" for name in measured["wrongly_named"]),
            *(f"contradiction: '{one['line']}' beside {one['fact']} ({one['seen']} of {one['of']})"
              for one in measured["contradictions"])]


def summary(results):
    """The sums as (what, figure) pairs."""
    whole = [result for result in results if "facts" in result]
    sums = total(whole)
    bad = sums["false"] + sums["wrongly_named"]
    return [
        ("set-ups measured", f"{len(whole)} of {len(results)}"),
        ("recall", f"{sums['named']} of {sums['true']} true facts are named "
                   f"({rate(sums['named'], sums['true'])})"),
        ("recall, without luck", f"{sums['sure_named']} of {sums['sure']} "
                                 f"({rate(sums['sure_named'], sums['sure'])})"),
        ("false or wrongly named", f"{sums['false']} + {sums['wrongly_named']} of "
                                   f"{sums['reported']} defects "
                                   f"({rate(bad, sums['reported'])})"),
        ("contradictions", f"{sums['contradictions']}, without luck "
                           f"{sums['sure_contradictions']}"),
        ("time of a check", f"median {sums['median']:.0f} s, worst {sums['worst']:.0f} s"),
    ]


def sums(results):
    for what, figure in summary(results):
        print(f"{what:24}{figure}")


def table(results):
    yield "| set-up | signal | grade | true | named | missed | false | time |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for result in results:
        if "facts" not in result:
            continue
        measured = result["measured"]
        named, missed = len(measured["named"]), measured["missed"]
        bad = measured["false"] + measured["wrongly_named"]
        yield (f"| {result['title']} | {result['signal']} | {result['grade'] or '–'} "
               f"| {named + len(missed)} | {named} | "
               f"{', '.join(f'{name} ({times(result, name)})' for name in missed) or '–'} | "
               f"{', '.join(f'`{one}`' for one in bad) or '–'} | {result['took']:.0f} s |")


def by_fact(results):
    """How often each fact was true, and named when it was."""
    yield "| fact | of a server for which it is true | true of | named | by luck |"
    yield "| --- | --- | --- | --- | --- |"
    whole = [result for result in results if "facts" in result]
    for fact in FACTS:
        true = [one for one in whole if one["facts"][fact.name]["true"]]
        named = sum(fact.name in one["measured"]["named"] for one in true)
        luck = sum(disputed(one["facts"][fact.name]) for one in true)
        yield f"| {fact.name} | {fact.says} | {len(true)} | {named} | {luck} |"


def asides(results):
    contradicted = [(result["title"], one) for result in results if "facts" in result
                    for one in result["measured"]["contradictions"]]
    if contradicted:
        yield "\n## Lines of \"what was fine\" that are not\n"
        for title, one in contradicted:
            yield (f"- {title}: \"{one['line']}\"; the probe saw {one['fact']} in {one['seen']} of "
                   f"{one['of']} runs")
    nameless = sorted({name for result in results if "facts" in result
                       for name in result["measured"]["nameless"]})
    if nameless:
        yield "\n## True, and no defect of the catalogue says so\n"
        for name in nameless:
            yield f"- {name}"
    left_out = [result for result in results if "facts" not in result]
    if left_out:
        yield "\n## Not measured\n"
        for result in left_out:
            yield f"- {result['title']}: {result.get('skipped') or result['error']}"


def machine():
    version = subprocess.run(["uname", "-r"], capture_output=True, text=True, check=True).stdout
    return f"Linux {version.strip()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def page(name, results):
    lines = [INTRO.format(date=time.strftime("%Y-%m-%d", time.gmtime()), machine=machine())]
    lines += ["| | |", "| --- | --- |", *(f"| {a} | {b} |" for a, b in summary(results))]
    lines += [WORDS, "## Each set-up", "", *table(results), "", "## Each fact", "",
              *by_fact(results), *asides(results)]
    with open(name, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
