#!/usr/bin/python3
"""hostile.py DRAINCTL: a journal full of text that would like to break out of its field, every format
of it, and each field read back by somebody else's parser: it must be the text that went in, but for
the replacement that docs/reports.md states for the format. Nothing else may have come of it: no
element, no formula, no command to GitHub, no test point."""
import json
import os
import re
import subprocess
import sys
import tempfile
import urllib.parse

from reading import READERS

# What a name, a path and a header may hold: the parser refuses control characters, and what is not
# UTF-8.
PLAIN = [
    b"\"double\" 'single' `ticks` ``two``",
    b"</script><script>alert(1)</script><!-- --> ]]> <![CDATA[ &amp; &#60;",
    b"a,b;c|d||e\\|f\\\\|g\\",
    b"=cmd()", b"+1+1", b"-2+3", b"@SUM(A1)", b"'=quoted",
    b"::error title=x::y", b"##[group]x", b"%0a::error title=x::y %25 ::warning::z ##[error]w",
    b"# HELP drainctl_attempts x} 1 {load=\"x\"",
    b"ok 1 - not a point # TODO SKIP", b"1..0 # skip", b"Bail out! now", b"---", b"...",
    b"**bold** _it_ ~~no~~ [link](http://example.org/) ![i](x) <b>b</b> www.example.org a@b.org #12 @me",
    b"http://example.org/x|y", b"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xe2\x80\xae reversed",
    b"\xef\xbf\xbe\xef\xbf\xbf",
    b"$x$ {{x}} ${x} %s %n", b"> quote", b"- item", b"+ item", b"1. one", b"&#124; &lt;",
    b"  two  blanks  ", b"</pre></details></code><h1>", b"\\x1b \\u202e",
]
# What a target prints and an error quotes may hold anything but NUL.
WILD = [b"bad \xff\xc0\xaf utf-8 \xed\xa0\x80 \xf4\x90\x80\x80", b"line\nnext\r\nthird\rfourth", b"::error::one\n::error::two", b"50%25, %0A::error title=x,line=1::y", b"\x1b[31mred\x07\x08\x7f",
        b"tab\tand\nok 7 - point\nnot ok 8", b"\n\n# TYPE x gauge\nx 1\n", b"\xc2\x85\xe2\x80\xa8\x0b\x0c",
        b"```\n</pre>\n```\n| a | b |\n|---|---|\n"]


def quote(raw):
    """A JSON string of these bytes, as they are: what is not UTF-8 stays so."""
    return json.dumps(raw.decode("utf-8", "surrogateescape"), ensure_ascii=False).encode(
        "utf-8", "surrogateescape").replace(b"\x7f", b"\\u007f")


def path_of(name):
    """What of it a path can hold: no blank and no '#'."""
    return b"/" + name.replace(b" ", b"+").replace(b"#", b"%23") + b"?q=" + name.split()[0].replace(b"#", b"")


def load_of(name):
    """A load's name has at most 64 bytes."""
    return name[:64]


def run_of(number, name, why):
    """The lines of a run with one attempt; `why` is why it could not be carried out, if at all."""
    at = number * 10_000_000_000

    def line(ms, rest):
        return b'{"t":%d,"e":%s}\n' % (at + ms * 1_000_000, rest)
    plan = (b'{"name":%s,"target":{"command":["./server",%s]},"loads":[{"name":%s,"request":{"path":%s,'
            b'"headers":{"X-Hostile":%s}},"clients":1,"requests":1}],"signals":[{"send":"SIGTERM",'
            b'"when":{"at":"20ms"}}],"expect":[{"load":%s,"completed":%s}]}'
            % (quote(name), quote(name), quote(load_of(name)), quote(path_of(name)), quote(name),
               quote(load_of(name)), b'"100%"' if why else b"0"))
    lines = [
        line(0, b'"plan","format":1,"drainctl":"0.1.0","wall":"2026-11-24T01:50:52Z","file":%s,"seed":1,'
                b'"plan":%s' % (quote(why or name), plan)),
        line(1, b'"target-start","pid":7,"port":8080,"argv":["./server",%s]' % quote(name)),
        line(2, b'"target-output","stream":1,"line":%s' % quote(why or name)),
        line(3, b'"note","text":%s' % quote(why or name)),
        line(10, b'"start","a":1,"l":0,"r":1,"c":1'),
        line(11, b'"connected","a":1,"port":4000,"reused":0'),
        line(12, b'"sent","a":1'),
        line(13, b'"first-byte","a":1'),
        line(14, b'"end","a":1,"code":0,"status":200,"tries":1,"sent":80,"head":60,"head_done":1,'
                 b'"body":2,"length":2,"framing":"length","close":1,"why":""'),
        line(15, b'"orphan","pid":9,"command":%s' % quote(why or name)),
    ]
    if why:
        lines.append(line(16, b'"error","text":%s,"hint":%s' % (quote(why), quote(why))))
    lines += [line(20, b'"signal","i":0,"signal":15,"to":0,"pid":7,"errno":0'),
              line(30, b'"target-exit","pid":7,"code":0,"signal":0'), line(31, b'"run-end","why":"complete"')]
    return b"".join(lines)


# --- what each format makes of it (docs/reports.md) ---

def lossy(raw):
    """JSON and HAR: U+FFFD for each byte that is not UTF-8."""
    text = raw.decode("utf-8", "surrogateescape")
    return re.sub("[\udc80-\udcff]", "\ufffd", text)


def in_url(raw):
    """What is no character of a URI is percent-encoded; what is encoded already stays so."""
    parts = re.split(b"(%[0-9a-fA-F]{2})", raw)
    return "".join(part.decode() if i % 2 else urllib.parse.quote(part, safe="-._~!$&'()*+,;=:@/?")
                   for i, part in enumerate(parts))


def in_xml(raw):
    return re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", "\ufffd", lossy(raw))


def in_line(raw):
    """TAP's descriptions."""
    return re.sub("[\x00-\x1f\x7f]", "\ufffd", re.sub("[\n\t\x85\u2028\u2029]", " ", lossy(raw)))


def in_label(raw):
    return re.sub("[\x00-\x09\x0b-\x1f\x7f]", "\ufffd", lossy(raw))


def in_cell(raw):
    text = re.sub("[\x00-\x1f\x7f]", "\ufffd", lossy(raw))
    return "'" + text if text[:1] and text[0] in "=+-@'" else text


def seen(raw, line_feed=" "):
    """Text and Markdown: what cannot be looked at safely comes out as \\x1b or \\u202e."""
    out = ""
    raw = re.sub(rb"(?m)(^:(?=:)|#(?=#\[))", lambda m: b"\\x%02x" % m[1][0], raw)
    for c in raw.decode("utf-8", "surrogateescape"):
        n = ord(c)
        if 0xdc80 <= n <= 0xdcff:
            out += f"\\x{n - 0xdc00:02x}"
        elif c == "\n":
            out += line_feed
        elif c == "\t":
            out += "\\t"
        elif n < 0x20 or 0x7f <= n < 0xa0:
            out += f"\\x{n:02x}"
        elif 0x200b <= n <= 0x200f or 0x2028 <= n <= 0x202e or 0x2060 <= n <= 0x206f or n == 0xfeff:
            out += f"\\u{n:04x}"
        else:
            out += c
    return out


def squeezed(text):
    """HTML shows runs of blanks as one."""
    return " ".join(text.split(" ")).strip() if "  " not in text else re.sub(" +", " ", text).strip()


class Checker:
    def __init__(self):
        self.bad = self.done = 0

    def same(self, what, found, wanted):
        self.done += 1
        if found != wanted:
            self.bad += 1
            print(f"not ok {what}\n  found  {found!r}\n  wanted {wanted!r}")


def check_json(c, data, runs):
    for run, (name, why) in zip(data["runs"], runs, strict=True):
        c.same("json scenario", run["scenario"], lossy(name))
        c.same("json file", run["file"], lossy(why or name))
        c.same("json load", run["loads"][0]["name"], lossy(load_of(name)))
        c.same("json argv", run["target"]["argv"][1], lossy(name))
        c.same("json notes", run["notes"], [lossy(why or name)])
        c.same("json orphan", run["target"]["orphans"][0]["command"], lossy(why or name))
        if why:
            c.same("json why", run["why"], lossy(why))
            c.same("json hint", run["hint"], lossy(why))


def check_har(c, log, runs):
    for page, entry, (name, why) in zip(log["pages"], log["entries"], runs, strict=True):
        headers = {h["name"]: h["value"] for h in entry["request"]["headers"]}
        c.same("har title", page["title"], lossy(name))
        c.same("har load", entry["_load"], lossy(load_of(name)))
        c.same("har header", headers["X-Hostile"], lossy(name))
        c.same("har url", entry["request"]["url"], "http://127.0.0.1:8080" + in_url(path_of(name)))
        query = [q["name"] + "=" + q["value"] for q in entry["request"]["queryString"]]
        c.same("har query", query[0], lossy(path_of(name)).split("?", 1)[1].split("&")[0])
        if why:
            c.same("har why", page["_why"], lossy(why))


def check_junit(c, root, runs):
    c.same("junit elements", {e.tag for e in root.iter()} -
           {"testsuites", "testsuite", "properties", "property", "testcase", "failure", "error"}, set())
    for suite, (name, why) in zip(root, runs, strict=True):
        c.same("junit suite", suite.get("name"), in_xml(name))
        c.same("junit file", suite.get("file"), in_xml(why or name))
        c.same("junit class", suite.find("testcase").get("classname"), in_xml(name))
        c.same("junit load", suite.find("properties/property").get("name"), in_xml(load_of(name)) + ": completed")
        if why:
            c.same("junit why", suite.find("testcase[@name='verdict']/error").get("message"), in_xml(why))
            c.same("junit hint", suite.find("testcase[@name='verdict']/error").text, in_xml(why))


def check_tap(c, data, runs):
    c.same("tap points", len(data["points"]), 2 * len(runs))
    c.same("tap directives", [p for p in data["points"] if p["todo"]], [])
    for i, (name, why) in enumerate(runs):
        verdict = data["points"][2 * i + 1]
        c.same("tap name", verdict["name"].strip(), (in_line(name) + ": verdict").strip())
        c.same("tap load", data["comments"][i][1].rsplit(": ", 2)[0].strip(), ("# " + in_line(load_of(name))).strip())
        c.same("tap file", verdict["diag"]["file"], lossy(why or name))
        if why:
            c.same("tap why", verdict["diag"]["why"], lossy(why))


def check_csv(c, rows, runs):
    for row, (name, _) in zip(rows, runs, strict=True):
        c.same("csv scenario", row["scenario"], in_cell(name))
        c.same("csv load", row["load"], in_cell(load_of(name)))
        c.same("csv path", row["path"], in_cell(path_of(name)))


def check_prometheus(c, samples, runs):
    c.same("prometheus families", {name for name, _, _ in samples if not name.startswith("drainctl_")}, set())
    attempts = [labels for name, labels, _ in samples
                if name == "drainctl_attempts" and labels["outcome"] == "completed"]
    texts = [labels for name, labels, _ in samples if name == "drainctl_expectation_passed"]
    for labels, text, (name, why) in zip(attempts, texts, runs, strict=True):
        c.same("prometheus scenario", labels["scenario"], in_label(name))
        c.same("prometheus load", labels["load"], in_label(load_of(name)))
        c.same("prometheus text", text["text"],
               in_label(load_of(name)) + (": 100% completed" if why else ": 0 completed"))


def check_otlp(c, data, runs):
    c.same("otlp attempts", len(data), len(runs))
    for spans, (name, _) in zip(data.values(), runs):
        c.same("otlp load", spans[0]["drainctl.load"], lossy(load_of(name)))
        c.same("otlp url", spans[0]["url.full"], "http://127.0.0.1:8080" + lossy(path_of(name)))


def check_html(c, data, runs):
    c.same("html scripts", data["elements"].count("script"), len(runs) + 2)
    ours = {"html", "head", "meta", "link", "title", "style", "body", "a", "header", "p", "button", "main", "section",
            "div", "noscript", "script"}
    c.same("html elements", set(data["elements"]) - ours, set())
    for entry, run, (name, why) in zip(data["report"]["runs"], data["runs"], runs, strict=True):
        c.same("html entry", entry["scenario"], lossy(name))
        c.same("html scenario", run["scenario"], lossy(name))
        c.same("html path", run["asks"][0]["path"], lossy(path_of(name)))
        output = [text for _, kind, text in run["log"] if kind == "target-output"]
        c.same("html output", output, [lossy(why or name)])
        if why:
            c.same("html why", run["sentence"], lossy(why))


def check_markdown(c, data, runs):
    ours = {"h3", "h4", "p", "code", "strong", "table", "thead", "tbody", "tr", "th", "td", "details",
            "summary", "pre", "ul", "li", "span"}
    c.same("markdown elements", set(data["elements"]) - ours, set())
    headings = [h for h in data["headings"][1:]]
    loads = [t for t in data["tables"] if t[0][0] == "load"]
    for heading, load, (name, _) in zip(headings, loads, runs, strict=True):
        c.same("markdown heading", squeezed(heading.split(" ", 1)[1].rsplit(" ", 4)[0]), squeezed(seen(name)))
        c.same("markdown load", squeezed(load[1][0]), squeezed(seen(load_of(name))))
    for name, why in runs:
        if why and b"\n" in why:
            wanted = "\n" + seen(why, "\n") + "\n"
            c.same("markdown why", any(squeezed(p).strip() == squeezed(wanted).strip() for p in data["pre"]), True)


def check_log(c, folder, drainctl, journal):
    """Nothing that is printed is a command to the runner: text in several widths, and Markdown."""
    for name in ("text", "markdown"):
        printed = subprocess.run([drainctl, "report", "-v", journal, f"--report={name}"], capture_output=True,
                                 check=False, cwd=folder).stdout
        lines = [line for line in re.split(rb"[\r\n]", printed) if re.match(rb"\s*::|.*##\[", line)]
        c.same(f"commands in {name}", lines, [])


def in_annotation(raw):
    return re.sub(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", lambda m: b"\\x%02x" % m[0][0], raw)


def check_annotations(c, stderr, runs):
    """As actions/runner reads a line (ActionCommand.cs): '::name key=value,…::message'."""
    lines = [line for line in stderr.decode("utf-8", "surrogateescape").split("\n") if line]
    c.same("annotations", len(lines), 10)  # GitHub shows no more of a step
    for line, (name, why) in zip(lines[:9], runs):
        head, _, message = line.removeprefix("::error ").partition("::")
        properties = dict(part.split("=", 1) for part in head.split(","))
        for code, char in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
            properties = {key: value.replace(code, char) for key, value in properties.items()}
            if code not in ("%3A", "%2C"):
                message = message.replace(code, char)
        c.same("annotation keys", list(properties), ["title", "file"])
        c.same("annotation title", properties["title"].encode("utf-8", "surrogateescape"), in_annotation(name))
        c.same("annotation file", properties["file"].encode("utf-8", "surrogateescape"), in_annotation(why or name))
        c.same("annotation message", message.encode("utf-8", "surrogateescape").startswith(
            b"inconclusive: " + in_annotation(why) if why else load_of(name) + b": 0 completed: "), True)


CHECKS = {"json": check_json, "har": check_har, "junit": check_junit, "tap": check_tap, "csv": check_csv,
          "prometheus": check_prometheus, "otlp": check_otlp, "html": check_html, "markdown": check_markdown}


def main():
    drainctl = os.path.abspath(sys.argv[1])
    # the first nine are annotated: the wild ones first, which carry line feeds
    runs = [(b"wild %d: 50%%25, ::x" % i, why) for i, why in enumerate(WILD)] + [(name, None) for name in PLAIN]
    c = Checker()
    with tempfile.TemporaryDirectory() as folder:
        journal = os.path.join(folder, "journal")
        with open(journal, "wb") as file:
            for number, (name, why) in enumerate(runs, 1):
                file.write(run_of(number, name, why))
        files = {name: os.path.join(folder, name) for name in CHECKS}
        done = subprocess.run(
            [drainctl, "report", journal, *[f"--report={k}={v}" for k, v in files.items()]],
            capture_output=True, check=False, cwd=folder,
            env={**os.environ, "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": ""})
        assert done.returncode == 1, done.stderr.decode("utf-8", "replace")
        check_log(c, folder, drainctl, journal)
        for name, check in CHECKS.items():
            check(c, READERS[name](files[name]), runs)
    check_annotations(c, done.stderr, runs)
    print(f"{c.done} fields, {c.bad} not what went in")
    return 1 if c.bad else 0


if __name__ == "__main__":
    sys.exit(main())
