#!/usr/bin/env python3
"""The tests of the measurement itself: its mapping, its reading of bytes, its arithmetic, and its
judgement of two small servers, one that drains well and one that cuts."""
import os
import re
import sys
import unittest

import acts
import judge as judge_module
import measure
import probe
import run
import scenes
from facts import FACTS, OUTSIDE, TO_COME
from judge import JUDGES, judge
from setup import HERE, Setup
from setups import SETUPS
from surroundings import surroundings
from wire import Conn, split

PAGES = os.path.join(HERE, "..", "..", "defects")
CATALOGUE = {name[:-3] for name in os.listdir(PAGES) if name.endswith(".md")}


def front(defect, key):
    with open(os.path.join(PAGES, defect + ".md"), encoding="utf-8") as page:
        found = re.search(rf"^{key}: (.*)$", page.read(), re.M)
    return found.group(1) if found else ""


class Mapping(unittest.TestCase):
    def test_every_fact_has_a_scene_and_a_judge(self):
        names = {scene.__name__ for scene, _, _ in scenes.SCENES}
        for fact in FACTS:
            self.assertIn(fact.scene, names)
            self.assertIn(fact.name, JUDGES)
        self.assertEqual(len(JUDGES), len({fact.name for fact in FACTS}))

    def test_every_defect_named_is_one_of_the_catalogue(self):
        for fact in FACTS:
            for defect in (*fact.ids, *fact.also, *fact.bars):
                self.assertIn(defect, CATALOGUE, fact.name)

    def test_every_defect_of_the_catalogue_is_stated_or_left_out_on_purpose(self):
        stated = {defect for fact in FACTS for defect in fact.ids}
        self.assertEqual(CATALOGUE - stated - set(OUTSIDE) - TO_COME, set())
        self.assertLessEqual(set(OUTSIDE), CATALOGUE)

    def test_every_barred_defect_is_stated_by_the_same_fact(self):
        for fact in FACTS:
            self.assertLessEqual(set(fact.bars), set(fact.ids), fact.name)

    def test_every_line_of_what_was_fine_that_is_looked_for_is_written_by_the_catalogue(self):
        lines = [front(defect, "fine").replace("{n}", "3") for defect in CATALOGUE]
        for fact in FACTS:
            for pattern in filter(None, fact.fine.split("|")):
                self.assertTrue(any(re.match(pattern, line) for line in lines), pattern)

    def test_every_path_that_a_fact_wants_is_one_of_a_check(self):
        self.assertLessEqual({fact.wants for fact in FACTS}, set(run.PATHS))

    def test_set_ups_are_many_and_have_names_of_their_own(self):
        self.assertGreaterEqual(len({one.name for one in SETUPS}), 30)
        self.assertEqual(len({one.name for one in SETUPS}), len(SETUPS))


class Bytes(unittest.TestCase):
    def outcome(self, data, end=None, n=0):
        conn = Conn.__new__(Conn)
        conn.data, conn.end, conn.already_closed = bytearray(data), end, False
        return conn.outcome(n)

    def test_outcomes(self):
        whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"
        for data, end, word in (
                (whole, None, "200"), (whole, "reset", "200"), (whole[:-1], "eof", "cut"),
                (whole[:-1], None, "hang"), (whole[:9], "reset", "cut"), (b"", "eof", "EOF0"),
                (b"", "reset", "RST0"), (b"", None, "hang"), (chunks, "eof", "cut"),
                (chunks + b"0\r\n\r\n", None, "200"), (b"HTTP/1.0 503 No\r\n\r\nbusy", "eof", "503"),
                (b"HTTP/1.0 200 OK\r\n\r\nhalf", "reset", "cut"),
                (b"HTTP/1.1 100 Continue\r\n\r\n", "eof", "EOF0"),
                (b"HTTP/1.1 100 Continue\r\n\r\n" + whole, None, "200")):
            self.assertEqual(self.outcome(data, end), word, (data, end))

    def test_the_second_of_two_answers(self):
        whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
        self.assertEqual(self.outcome(whole, "eof", 1), "EOF0")
        self.assertEqual(self.outcome(whole * 2, None, 1), "200")
        self.assertEqual(self.outcome(whole + b"HTT", "reset", 1), "cut")

    def test_keeps_alive(self):
        for told, kept in ((b"", True), (b"Connection: close\r\n", False)):
            [one] = split(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" + told + b"\r\n")
            self.assertEqual(one.keeps_alive(), kept)


def facts_with(**true):
    """All facts false but those named, with _ for -."""
    return {fact.name: {"true": true.get(fact.name.replace("-", "_"), False), "seen": 3, "of": 3}
            for fact in FACTS}


def card(*defects, fine=(), grade="D"):
    return {"defects": list(defects), "fine": list(fine), "grade": grade,
            "given": sorted({fact.wants for fact in FACTS})}


class Arithmetic(unittest.TestCase):
    def measured(self, facts, verdict):
        return measure.measure(facts, verdict, CATALOGUE)

    def test_a_true_fact_is_named_or_missed(self):
        facts = facts_with(queue_lost=True, in_flight_cut=True)
        got = self.measured(facts, card("main-exits-early"))
        self.assertEqual((got["named"], got["missed"]), (["in-flight-cut"], ["queue-lost"]))

    def test_a_consequence_is_named_by_what_it_follows_from(self):
        facts = facts_with(in_flight_cut=True, upload_cut=True)
        self.assertEqual(self.measured(facts, card("inflight-killed-at-signal"))["missed"], [])

    def test_a_fact_does_not_count_that_the_check_was_given_no_path_for(self):
        facts = facts_with(events_hold=True)
        self.assertEqual(self.measured(facts, card())["missed"], ["events-hold"])
        self.assertEqual(self.measured(facts, {**card(), "given": ["slow"]})["missed"], [])

    def test_a_defect_whose_facts_are_false_is_false(self):
        got = self.measured(facts_with(), card("upload-cut", "endpoint-lag"))
        self.assertEqual((got["false"], got["unjudged"]), (["upload-cut"], ["endpoint-lag"]))

    def test_nothing_is_false_that_the_probe_could_not_decide(self):
        got = self.measured(facts_with(upload_cut=None), card("upload-cut"))
        self.assertEqual((got["false"], got["unjudged"]), ([], ["upload-cut"]))

    def test_a_real_loss_under_another_name(self):
        facts = facts_with(in_flight_failed=True)
        got = self.measured(facts, card("inflight-killed-at-signal"))
        self.assertEqual((got["false"], got["wrongly_named"]), ([], ["inflight-killed-at-signal"]))

    def test_a_held_exit_does_not_make_it_right_that_nobody_held_it(self):
        got = self.measured(facts_with(silent_holds=True), card("exit-never"))
        self.assertEqual((got["right"], got["missed"]), ([], ["silent-holds"]))
        self.assertEqual(got["false"] + got["wrongly_named"], ["exit-never"])

    def test_contradictions(self):
        fine = ["20 of 20 connections in the accept queue were answered", "it obeys the signal"]
        got = self.measured(facts_with(queue_lost=True), card(fine=fine))["contradictions"]
        self.assertEqual([one["fact"] for one in got], ["queue-lost"])
        got = self.measured(facts_with(never_exits=True), card(fine=fine, grade="A"))
        self.assertEqual([one["line"] for one in got["contradictions"]],
                         ["it obeys the signal", "grade A"])

    def test_sums(self):
        facts = facts_with(queue_lost=True, in_flight_cut=True)
        facts["queue-lost"]["seen"] = 1
        got = self.measured(facts, card("main-exits-early", "upload-cut"))
        sums = measure.total([{"facts": facts, "measured": got, "took": 7.0}])
        self.assertEqual((sums["named"], sums["true"]), (1, 2))
        self.assertEqual((sums["sure_named"], sums["sure"]), (1, 1))
        self.assertEqual((sums["reported"], sums["false"], sums["median"]), (2, 1, 7.0))

    def test_a_race_needs_more_runs_to_be_false(self):
        run = {"got": ["200"] * 20, "status": 0, "after": 0.1}
        self.assertIsNone(judge({"queue": [run] * 3})["queue-lost"]["true"])
        self.assertIs(judge({"queue": [run] * 4})["queue-lost"]["true"], False)
        once = judge({"queue": [run] * 4 + [{**run, "got": ["200", "RST0"]}]})["queue-lost"]
        self.assertEqual(once, {"true": True, "seen": 1, "of": 5})


class TwoServers(unittest.TestCase):
    SCENES = ("bare", "inflight", "second", "silent")

    def facts(self, how):
        words = [sys.executable, "${here}/apps/backend.py", "${port}", how]
        setup = Setup(how, how, words, at_once=5)
        with surroundings("build/truth") as place:
            seen = {**probe.look(setup, place, self.SCENES, runs=2, beside=10),
                    **probe.look(setup, place, ("queue",), runs=4)}
        self.assertEqual([run for runs in seen.values() for run in runs if "error" in run], [])
        return {name: row["true"] for name, row in judge(seen).items() if row["of"]}

    def setUp(self):
        self.kept = acts.SLOW, acts.SETTLE
        self.limits = judge_module.SOON, judge_module.LATE, judge_module.OVERDUE
        acts.SLOW, acts.SETTLE = 0.8, 0.2
        judge_module.SOON = judge_module.LATE = judge_module.OVERDUE = 12.0  # a busy machine

    def tearDown(self):
        acts.SLOW, acts.SETTLE = self.kept
        judge_module.SOON, judge_module.LATE, judge_module.OVERDUE = self.limits

    def test_one_that_drains_well(self):
        facts = self.facts("drain")
        self.assertEqual([name for name, true in facts.items() if true], [])
        for name in ("in-flight-cut", "queue-lost", "no-close-said", "second-cuts", "silent-holds",
                     "never-exits", "exit-code", "left-behind"):
            self.assertIs(facts[name], False, name)

    def test_one_that_cuts(self):
        facts = self.facts("cut")
        for name in ("in-flight-cut", "queue-lost"):
            self.assertIs(facts[name], True, name)
        self.assertIs(facts["never-exits"], False)
        self.assertNotIn("second-cuts", facts)  # there is no drain that a second signal could cut


if __name__ == "__main__":
    unittest.main()
