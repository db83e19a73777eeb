"""Every format of a report, read by a parser that is not drainctl's: READERS is the table. A reader
takes a file and returns what it holds, or raises when the file is not what its format says."""
import csv
import html.parser
import itertools
import json
import os
import re
import subprocess
import xml.etree.ElementTree as xml

from prometheus_client.parser import text_string_to_metric_families

HERE = os.path.dirname(os.path.abspath(__file__))


def read_text(path):
    with open(path, encoding="utf-8", newline="") as file:
        return file.read()


def by_node(kind):
    """A parser from npm: read.cjs has it."""
    def read(path):
        done = subprocess.run(["node", os.path.join(HERE, "read.cjs"), kind, path],
                              capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)
    return read


def read_csv(path):
    text = read_text(path)
    assert text.endswith("\r\n") and text.count("\n") == text.count("\r\n")
    rows = list(csv.DictReader(text.split("\r\n")[:-1], strict=True))
    assert all(None not in row and None not in row.values() for row in rows), "a ragged row"
    return rows


def read_prometheus(path):
    """[(name, labels, value)]; every series once, in a family that says what it is."""
    samples, seen = [], set()
    text = read_text(path)
    for family in text_string_to_metric_families(text):
        assert family.documentation and family.type in ("gauge", "summary"), family
        for s in family.samples:
            key = (s.name, tuple(sorted(s.labels.items())))
            assert key not in seen, f"twice: {key}"
            seen.add(key)
            samples.append((s.name, s.labels, s.value))
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    assert len(lines) == len(samples), f"{len(lines)} samples, {len(samples)} were read"
    return samples


def attributes(message):
    return {a["key"]: next(iter(a["value"].values())) for a in message["attributes"]}


def read_otlp(path):
    """{run: [attributes of each span of an attempt or an intention, and how they hang together]};
    tests/otlp/check looks at the messages themselves."""
    runs = {}
    for line in read_text(path).split("\n")[:-1]:
        for resource in json.loads(line)["resourceSpans"]:
            run = runs.setdefault(attributes(resource["resource"])["service.instance.id"], [])
            run += [attributes(span) | {"id": span["spanId"], "parent": span.get("parentSpanId"),
                                        "attempt": span["kind"] == 3}
                    for scope in resource["scopeSpans"] for span in scope["spans"]
                    if span["kind"] == 3 or span["name"] == "intention"]
    return runs


class Page(html.parser.HTMLParser):
    """The elements of an HTML page, and the data that stands in its scripts."""

    def __init__(self):
        super().__init__()
        self.elements, self.data, self.inside = [], [], None

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.inside = dict(attrs).get("data-drainctl") if tag == "script" else None
        if self.inside:
            self.data.append((self.inside, []))

    def handle_data(self, data):
        if self.inside:
            self.data[-1][1].append(data)

    def handle_endtag(self, tag):
        self.inside = None


def read_html(path):
    """{"report": …, "runs": […], "elements": […]}; what a browser makes of it is in tests/web."""
    page = Page()
    page.feed(read_text(path))
    page.close()
    data = [(kind, json.loads("".join(parts))) for kind, parts in page.data]
    return {"report": data[0][1], "runs": [run for kind, run in data if kind == "run"], "elements": page.elements}


READERS = {
    "json": lambda path: json.loads(read_text(path)),
    "text": read_text,
    "junit": lambda path: xml.fromstring(read_text(path)),
    "tap": by_node("tap"),
    "har": by_node("har"),
    "csv": read_csv,
    "markdown": by_node("markdown"),
    "prometheus": read_prometheus,
    "otlp": read_otlp,
    "html": read_html,
}


# --- what each of them says of the attempts: a list of runs, each {(load, word): count} of outcomes
# --- and reasons, without those that nobody had

class Counts(dict):
    def add(self, load, word, n=1):
        if int(n):
            self[load, word] = self.get((load, word), 0) + int(n)


def listed(counts, load, text):
    """"48 completed, 2 cut-off" """
    for part in filter(None, text.split(", ")):
        n, word = part.split(" ")
        counts.add(load, word, n)


def counts_json(data):
    runs = []
    for run in data["runs"]:
        runs.append(Counts())
        for load in run["loads"]:
            for word, n in [*load["outcomes"].items(), *load["reasons"].items()]:
                runs[-1].add(load["name"], word, n)
    return runs


def logical_lines(text):
    """Of a wrapped text: what goes on is indented by six."""
    return re.sub(r"\n {6,}(?=\S)", " ", text).split("\n")


def counts_text(text):
    """Of `text --verbose`: a line with each load's reasons, and one with its sum."""
    runs = []
    for line in logical_lines(text):
        if re.fullmatch(r"(passed|failed|inconclusive)  .*  \(.*\)", line):
            runs.append(Counts())
            last = None
        reasons = re.match(r"  (.*): ([a-z0-9-]+ \d+(?:, [a-z0-9-]+ \d+)*); processed yes", line)
        if reasons:
            last = reasons[1]
            for reason in reasons[2].split(", "):
                word, n = reason.rsplit(" ", 1)
                runs[-1].add(last, word, n)
        sums = re.match(r"  (?:(.*): )?\d+ attempts? = (.*)", line)
        if sums and sums[2] != "0" and (sums[1] or len({load for load, _ in runs[-1]}) == 1):
            listed(runs[-1], sums[1] or last, sums[2].replace(" + ", ", "))
    return runs


def counts_junit(root):
    runs = []
    for suite in root.iter("testsuite"):
        if suite.find("properties") is None:
            continue
        runs.append(Counts())
        for prop in suite.iter("property"):
            load, word = prop.get("name").rsplit(": ", 1)
            if word.startswith("saw ") or word in ("intentions", "user-seconds lost"):
                continue
            runs[-1].add(load, word.removeprefix("reason "), prop.get("value"))
    return runs


SAW_AT = "# what people saw at "


def counts_tap(data):
    """A load's comment stands before its run's verdict."""
    runs = {}
    for at, comment in data["comments"]:
        if comment.startswith(SAW_AT) or comment.endswith(": 0 attempts"):
            continue
        load, _, words = comment.removeprefix("# ").rsplit(": ", 2)
        for part in words.split("; "):
            listed(runs.setdefault(at, Counts()), load, part)
    return list(runs.values())


def counts_har(log):
    runs = {page["id"]: Counts() for page in log["pages"]}
    for entry in log["entries"]:
        runs[entry["pageref"]].add(entry["_load"], entry["_outcome"])
        runs[entry["pageref"]].add(entry["_load"], entry["_reason"])
    return list(runs.values())


def counts_csv(rows):
    runs = {}
    for row in rows:
        counts = runs.setdefault(row["run"], Counts())
        if not row["attempt"]:
            continue # an intention that never became one
        counts.add(row["load"], row["outcome"])
        counts.add(row["load"], row["reason"])
    return list(runs.values())


def counts_markdown(data):
    runs = []
    for head, *rows in data["tables"]:
        if head[0] != "load":
            continue
        runs.append(Counts())
        for load, _, *cells, reasons in rows:
            for word, n in zip(head[2:-1], cells):
                runs[-1].add(load, word, n)
            listed(runs[-1], load, reasons)
    return runs


def counts_prometheus(samples):
    runs = {}
    for name, labels, value in samples:
        word = {"drainctl_attempts": "outcome", "drainctl_reasons": "reason"}.get(name)
        if word:
            counts = runs.setdefault((labels["scenario"], labels["run"]), Counts())
            counts.add(labels["load"], labels[word], value)
    return list(runs.values())


def counts_otlp(data):
    runs = []
    for spans in data.values():
        runs.append(Counts())
        for span in spans:
            if span["attempt"]:
                runs[-1].add(span["drainctl.load"], span["drainctl.outcome"])
                runs[-1].add(span["drainctl.load"], span["drainctl.reason"])
    return runs


def column(coded, n):
    """As lib/report/html.h says: plain, differences, or either in runs."""
    coding, numbers = coded[0], coded[1:]
    if coding >= 2:
        numbers = [value for value, times in zip(numbers[::2], numbers[1::2]) for _ in range(times)]
    if coding % 2:
        numbers = list(itertools.accumulate(numbers))
    assert len(numbers) == n, f"{len(numbers)} numbers of {n}"
    return numbers


def counts_html(data):
    runs, words = [], data["report"]
    for run in data["runs"]:
        runs.append(Counts())
        for load, attempts in zip(run["loads"], run["attempts"], strict=True):
            outcomes, reasons, statuses = (column(attempts[name], attempts["n"])
                                           for name in ("outcome", "reason", "status"))
            for outcome, reason, status in zip(outcomes, reasons, statuses):
                word = words["reasons"][reason]["word"].replace("NNN", str(status))
                runs[-1].add(load["name"], words["outcomes"][outcome]["word"])
                runs[-1].add(load["name"], word)
    return runs


COUNTS = {
    "json": counts_json,
    "text": counts_text,
    "junit": counts_junit,
    "tap": counts_tap,
    "har": counts_har,
    "csv": counts_csv,
    "markdown": counts_markdown,
    "prometheus": counts_prometheus,
    "otlp": counts_otlp,
    "html": counts_html,
}


# --- what each says of the people at loads with a frontend: a list of runs that have such a load, each
# --- {(load, word): count} without those that nobody saw, and (load, SECONDS): user-seconds lost

SECONDS = "user-seconds lost"


class People(Counts):
    """Whole numbers add up; a load is there by its seconds, and so also when nobody wanted anything."""

    def seconds(self, load, n):
        self[load, SECONDS] = self.get((load, SECONDS), 0) + float(n)


def some(runs):
    return [run for run in runs if run]


def users_json(data):
    runs = []
    for run in data["runs"]:
        runs.append(People())
        for load in run["loads"]:
            if "users" in load:
                for word, n in load["users"]["saw"].items():
                    runs[-1].add(load["name"], word, n)
                runs[-1].seconds(load["name"], load["users"]["user_seconds_lost"])
    return some(runs)


def users_text(text):
    runs, load = [], None
    for line in logical_lines(text):
        if re.fullmatch(r"(passed|failed|inconclusive)  .*  \(.*\)", line):
            runs.append(People())
            load = None
        head = re.fullmatch(r"  (.*): what people saw of \d+ intentions", line)
        load = head[1] if head else load
        row = load and re.fullmatch(r"    ([a-z-]+) +(\d+) +[0-9.]+%", line)
        lost = load and re.match(r"    ([0-9.]+) user-seconds lost", line)
        if row:
            runs[-1].add(load, row[1], row[2])
        if lost:
            runs[-1].seconds(load, lost[1])
            load = None
    return some(runs)


def users_junit(root):
    runs = []
    for suite in root.iter("testsuite"):
        runs.append(People())
        for prop in suite.iter("property"):
            load, word = prop.get("name").rsplit(": ", 1)
            if word.startswith("saw "):
                runs[-1].add(load, word.removeprefix("saw "), prop.get("value"))
            elif word == SECONDS:
                runs[-1].seconds(load, prop.get("value"))
    return some(runs)


def users_tap(data):
    runs = {}
    for at, comment in data["comments"]:
        if not comment.startswith(SAW_AT):
            continue
        counts = runs.setdefault(at, People())
        head, lost = comment.removeprefix(SAW_AT).rsplit("; ", 1)
        load, _, words = (head if re.search(r": \d+ intentions: ", head) else head + ": ").rsplit(": ", 2)
        if words:
            listed(counts, load, words)
        counts.seconds(load, lost.split(" ")[0])
    return some(runs.values())


def users_csv(rows):
    runs, seen = {}, set()
    for row in rows:
        counts, key = runs.setdefault(row["run"], People()), (row["run"], row["load"], row["request"])
        if not row["wanted_ms"] or key in seen:
            continue
        seen.add(key)
        if row["saw"]:
            counts.add(row["load"], row["saw"])
        counts.seconds(row["load"], row["user_seconds_lost"])
    return some(runs.values())


def users_markdown(data):
    """Several runs: one table with a column for the scenario, whose rows stand run by run."""
    runs, last = [], None
    for head, *rows in data["tables"]:
        if "people of" not in head:
            continue
        of = head.index("people of")
        for row in rows:
            run = row[0] if of else len(runs)
            if not runs or run != last or (row[of], SECONDS) in runs[-1]:
                runs.append(People())
            last = run if of else len(runs)
            for word, cell in zip(head[of + 1:-1], row[of + 1:-1], strict=True):
                runs[-1].add(row[of], word, cell.split(" ")[0])
            runs[-1].seconds(row[of], row[-1])
        break # the same people again, of each run by itself
    return some(runs)


def users_prometheus(samples):
    runs = {}
    for name, labels, value in samples:
        if name not in ("drainctl_intentions", "drainctl_user_seconds_lost"):
            continue
        counts = runs.setdefault((labels["scenario"], labels["run"]), People())
        if name == "drainctl_intentions":
            counts.add(labels["load"], labels["saw"], value)
        else:
            counts.seconds(labels["load"], value)
    return some(runs.values())


def users_otlp(data):
    runs = []
    for spans in data.values():
        runs.append(People())
        ids = {span["id"]: span for span in spans if not span["attempt"]}
        for span in ids.values():
            if "drainctl.saw" in span:
                runs[-1].add(span["drainctl.load"], span["drainctl.saw"])
            runs[-1].seconds(span["drainctl.load"], span["drainctl.user_seconds_lost"])
        for span in spans:
            parent = ids.get(span["parent"])
            assert not span["parent"] or parent["drainctl.intention"] == span["drainctl.request"], span
            assert not span["parent"] or parent["drainctl.load"] == span["drainctl.load"], span
    return some(runs)


def users_html(data):
    runs = []
    for run in data["runs"]:
        runs.append(People())
        for load, columns in zip(run["loads"], run["people"], strict=True):
            if not columns:
                continue
            runs[-1].seconds(load["name"], 0)
            for saw, lost in zip(column(columns["saw"], columns["n"]), column(columns["lost"], columns["n"])):
                if saw >= 0:
                    runs[-1].add(load["name"], data["report"]["saw"][saw]["word"])
                runs[-1].seconds(load["name"], lost / 1e6)
    return some(runs)


USERS = {
    "json": users_json,
    "text": users_text,
    "junit": users_junit,
    "tap": users_tap,
    "csv": users_csv,
    "markdown": users_markdown,
    "prometheus": users_prometheus,
    "otlp": users_otlp,
    "html": users_html,
}


# --- what each says of a check's defects, {id: count} or, where it does not count, the ids

DEFECTS = {
    "json": lambda data: {d["id"]: d["count"] for d in data["defects"]},
    "text": lambda text: re.findall(r"(?m)^  (?:info|low|medium|high|critical) +([a-z0-9-]+)", text),
    "junit": lambda root: [case.get("name") for suite in root.iter("testsuite")
                           if suite.get("name") == "check" for case in suite.iter("testcase")
                           if len(case)],
    "tap": lambda data: [p["name"].split(":")[0] for p in data["points"]
                         if not p["ok"] and "severity" in (p["diag"] or {})],
    "markdown": lambda data: [row[1].split("\n")[0] for table in data["tables"]
                              if table[0][0] == "severity" for row in table[1:]],
    "html": lambda data: {d["id"]: d["count"] for d in data["report"]["defects"]},
    "prometheus": lambda samples: {labels["id"]: int(value) for name, labels, value in samples
                                   if name == "drainctl_defects"},
}
