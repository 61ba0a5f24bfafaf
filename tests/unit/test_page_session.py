"""A visitor's session: what is set, what runs, and that A and B share people and luck."""

from __future__ import annotations

import string
import tomllib
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

from classroom.arm import Arm
from classroom.orders import KEYS, carry_out
from classroom.session import Session
from classroom.setup import ROOMS, SKIPPED, A, B, Setup
from classroom.words import LANGUAGES, Words
from model import Simulation, presets

SMALL = {"n_people": 300, "n_periods": 12}


@pytest.fixture
def session():
    visitor = Session(Setup(a=SMALL, prediction=SKIPPED), [])
    assert visitor.begin(visitor.setup.value)
    return visitor


def members(session, arm=0):
    return session.frame.value.views[arm].columns["members"]


def test_what_is_shown_is_what_the_engine_gives_without_the_page(session):
    session.finish()
    alone = Simulation(presets.load("classic_spiral").scenario.but(**SMALL), seed=1).run()
    assert members(session).tolist() == alone.history["members"].to_list()
    assert session.frame.value.a.verdict == alone.verdict


def test_an_equal_b_differs_by_exactly_nothing(session):
    session.compare(True)
    session.finish()
    a, b = session.frame.value.views
    for name, column in a.columns.items():
        assert np.array_equal(column, b.columns[name], equal_nan=True)


def test_a_rule_of_b_moves_b_alone(session):
    session.finish()
    without = members(session).tolist()
    session.compare(True)
    session.set(B, "subsidy", 0.5)
    session.finish()
    assert members(session).tolist() == without
    assert members(session, 1)[-1] > without[-1]


def test_rules_that_contradict_each_other_are_said_and_never_shown(session):
    """What is drawn meanwhile asks the setup for its scenario."""
    shown, frame = [], session.frame.value
    session.setup.subscribe(lambda setup: shown.append(setup.scenario()))
    assert not session.set(A, "age_max", 1.0)
    assert session.problems.value == ["age_min = 22.0 years is above age_max = 1.0 years"]
    assert session.frame.value is frame
    assert shown == []
    assert session.set(A, "age_max", 40.0)
    assert shown
    assert not session.problems.value


def test_a_change_back_to_what_it_changes_is_no_change(session):
    fee = presets.load("classic_spiral").scenario.plans[0].fee
    session.set(A, "fee", 0.5)
    assert session.setup.value.a["fee"] == 0.5
    session.set(A, "fee", fee)
    assert "fee" not in session.setup.value.a


def test_new_rules_begin_new_runs_and_other_wishes_leave_the_run_alone(session):
    session.advance(3)
    before = session.frame.value
    session.change(language="zh", room="lessons", stop=5)
    assert session.frame.value is before
    session.set(A, "fee", 0.5)
    assert session.frame.value is not before
    alone = Session(Setup(), [])
    alone.begin(Setup(a={**SMALL, "fee": 0.5}, at=3))
    assert members(session).tolist() == members(alone).tolist()  # as if it had always been so


def test_new_rules_of_a_predicted_run_begin_at_the_opening():
    visitor = Session(Setup(a=SMALL, prediction=100.0), [])
    visitor.begin(visitor.setup.value)
    visitor.advance(3)
    visitor.set(B, "fee", 0.5)
    assert visitor.frame.value.period == 3  # the prediction is of A
    visitor.set(A, "fee", 0.5)
    assert visitor.frame.value.period == 0
    assert visitor.locked


def test_what_a_visitor_sets_while_a_period_is_lived_through_stays(session):
    advance = session._arms[0].advance

    def slow(to):
        session.change(language="zh")
        advance(to)

    session._arms[0].advance = slow
    session.advance(1)
    assert session.setup.value.language == "zh"
    assert session.frame.value.period == 1


def test_a_wrong_value_is_said_and_the_run_stays(session):
    session.advance(2)
    assert not session.set(A, "fee", 99.0)
    assert "fee" in session.problems.value[0]
    assert session.frame.value.period == 2
    assert "fee" not in session.setup.value.a


def test_playing_stops_at_the_period_that_was_asked_for(session):
    session.change(stop=4)
    assert session.advance(3)
    assert not session.advance(3)
    assert session.frame.value.period == 4
    assert session.advance(3)
    assert session.frame.value.period == 7


def test_a_link_into_the_middle_shows_the_run_where_it_stood(session):
    session.advance(6)
    there = members(session).tolist()
    other = Session(Setup(), [])
    other.open(session.here, [])
    assert other.frame.value.period == 6
    assert members(other).tolist() == there


def test_the_run_waits_for_a_prediction_unless_it_is_skipped():
    visitor = Session(Setup(a=SMALL), [])
    visitor.begin(visitor.setup.value)
    carry_out(visitor, "step")
    assert visitor.frame.value.period == 0
    visitor.change(prediction=120.0)
    carry_out(visitor, "step")
    assert visitor.frame.value.period == 1
    visitor.set(A, "fee", 0.5)
    assert visitor.setup.value.prediction is None  # another question
    carry_out(visitor, "skip")
    visitor.choose("stable")
    assert visitor.setup.value.prediction == SKIPPED


def test_a_seed_changes_the_people_and_a_reset_does_not(session):
    session.finish()
    first = members(session).tolist()
    session.reset()
    session.finish()
    assert members(session).tolist() == first
    session.new_seed()
    session.finish()
    assert members(session).tolist() != first


@pytest.mark.parametrize("n_people", [1, 2])
def test_the_smallest_populations_are_shown(n_people):
    visitor = Session(Setup(), [])
    assert visitor.begin(Setup(a={"n_people": n_people, "n_periods": 6}))
    visitor.finish()
    assert members(visitor).max() <= n_people


@pytest.mark.parametrize("key", KEYS)
def test_every_key_means_something_and_none_harms_before_there_is_a_run(session, key):
    carry_out(session, key)
    assert session.problems.value == []
    carry_out(Session(Setup(a=SMALL), []), key)


def test_a_file_of_the_server_is_no_pool(session, tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("[scenario]\nn_people = 20\n")
    assert not session.choose(str(file))
    assert session.setup.value.preset == "classic_spiral"


def test_of_two_wishes_the_later_counts_whichever_is_ready_first(session, monkeypatch):
    def slow(self, to):
        monkeypatch.undo()
        session.compare(True)  # while the first is being made ready
        session.change(language="zh")

    monkeypatch.setattr(Arm, "advance", slow)
    session.set(A, "fee", 0.5)
    assert session.setup.value.a["fee"] == 0.5
    assert session.setup.value.b == {}
    assert session.setup.value.language == "zh"
    assert len(session.frame.value.views) == 2
    assert session.frame.value.a.scenario.plans[0].fee == 0.5


def test_whatever_a_link_brings_the_page_opens(monkeypatch):
    visitor = Session(Setup(preset="stable"), [])
    begin = visitor.begin

    def breaks(setup):
        if setup.preset == "stable":
            raise RuntimeError("never seen before")
        return begin(setup)

    monkeypatch.setattr(visitor, "begin", breaks)
    visitor.open(visitor.setup.value, ["one more"])
    assert visitor.frame.value is not None
    assert len(visitor.problems.value) == 2


def test_the_list_of_keys_is_complete():
    assert set(Words("en").room("keys")) == {*KEYS, "?"}
    assert set(ROOMS) == set(Words("en").room("rooms"))


def leaves(table, path=()):
    for name, value in table.items():
        if isinstance(value, dict):
            yield from leaves(value, (*path, name))
        else:
            yield (*path, name), value


def texts(root, language):
    path = Path(root) / "classroom" / "words" / f"{language}.toml"
    return dict(leaves(tomllib.loads(path.read_text("utf-8"))))


def gaps(text):
    return sorted(name for _, name, _, _ in string.Formatter().parse(str(text)) if name)


def test_both_languages_have_the_same_texts_with_the_same_gaps(root):
    en, zh = (texts(root, language) for language in LANGUAGES)
    # What a parameter does is declared in English where the parameter is.
    declared = {name for name in zh if name[0] == "parameter" and name[-1] == "meaning"}
    assert set(en) == set(zh) - declared
    assert [name for name in en if gaps(en[name]) != gaps(zh[name])] == []
    assert {name for name in zh if not str(zh[name]).strip()} <= {
        name for name in en if not str(en[name]).strip()
    }
