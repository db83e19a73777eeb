"""The facts of the probe against one verdict of `drainctl check`. Pure.

  named          a true fact of which the card has a defect
  missed         a true fact of which it has none
  false          a reported defect whose facts are all false
  wrongly named  the same, but another fact of its scene is true and has no name on the card: the
                 loss is real, and the card calls it something else
  contradiction  a line of "what was fine" beside a fact that says the opposite, or a grade A for a
                 server that never exits
"""
import re

from facts import FACTS

BY_NAME = {fact.name: fact for fact in FACTS}


def stating(defect):
    """The facts that a defect states; not those that are merely told by it as well."""
    return [fact for fact in FACTS if defect in fact.ids]


def told(fact, found):
    return bool(found.intersection(fact.ids) or found.intersection(fact.also))


def known(fact, catalogue):
    """Whether the catalogue has any word for it at all."""
    return any(one in catalogue for one in fact.ids)


def judged(defect, facts):
    """"right", "false", or None when the probe cannot say."""
    values = [facts[fact.name]["true"] for fact in stating(defect)]
    if any(values):
        return "right"
    barred = any(defect in fact.bars and facts[fact.name]["true"] is False for fact in FACTS)
    return "false" if barred and None not in values else None


def really_another(defect, facts, missed):
    """A true fact without a name, of a scene in which this defect would be seen as well."""
    scenes = {fact.scene for fact in stating(defect)}
    return any(BY_NAME[name].scene in scenes for name in missed if facts[name]["true"])


def contradictions(facts, verdict):
    said = []
    for fact in FACTS:
        if not fact.fine or not facts[fact.name]["true"]:
            continue
        row = facts[fact.name]
        said += [{"line": line, "fact": fact.name, "seen": row["seen"], "of": row["of"]}
                 for line in verdict["fine"] if re.match(fact.fine, line)]
    if facts["never-exits"]["true"] and verdict["grade"] == "A":
        said.append({"line": "grade A", "fact": "never-exits", **facts["never-exits"]})
    return said


def measure(facts, verdict, catalogue):
    """One set-up: lists of names, and of contradictions. A verdict is {"defects": [id], "fine":
    [line], "grade", "given": the paths that the check was given}."""
    found = set(verdict["defects"])
    true = [fact for fact in FACTS if facts[fact.name]["true"] and fact.wants in verdict["given"]]
    missed = [fact.name for fact in true if known(fact, catalogue) and not told(fact, found)]
    wrong = [one for one in sorted(found) if judged(one, facts) == "false"]
    return {
        "named": [fact.name for fact in true if told(fact, found)],
        "missed": missed,
        "nameless": [fact.name for fact in true
                     if not known(fact, catalogue) and not told(fact, found)],
        "right": [one for one in sorted(found) if judged(one, facts) == "right"],
        "false": [one for one in wrong if not really_another(one, facts, missed)],
        "wrongly_named": [one for one in wrong if really_another(one, facts, missed)],
        "unjudged": [one for one in sorted(found) if judged(one, facts) is None],
        "contradictions": contradictions(facts, verdict),
    }


def disputed(row):
    """Seen in less than half of the runs that could show it: luck decides who sees it."""
    return row["seen"] * 2 < row["of"]


def total(results):
    """Sums over set-ups: results are {"facts", "measured", "took"}."""
    def count(key):
        return sum(len(one["measured"][key]) for one in results)

    sure = [(name in one["measured"]["named"]) for one in results
            for name in one["measured"]["named"] + one["measured"]["missed"]
            if not disputed(one["facts"][name])]
    times = sorted(one["took"] for one in results)
    return {
        "named": count("named"), "true": count("named") + count("missed"),
        "sure_named": sum(sure), "sure": len(sure),
        "reported": count("right") + count("false") + count("wrongly_named"),
        "false": count("false"), "wrongly_named": count("wrongly_named"),
        "unjudged": count("unjudged"), "nameless": count("nameless"),
        "contradictions": count("contradictions"),
        "sure_contradictions": sum(not disputed(said) for one in results
                                   for said in one["measured"]["contradictions"]),
        "median": times[len(times) // 2] if times else 0.0, "worst": max(times, default=0.0),
    }
