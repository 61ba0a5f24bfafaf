"""A rescue on the page: the runs, the verdict and the people of the command line's search."""

from __future__ import annotations

import json
import shlex
import time
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

pytest.importorskip("solara", reason="the page needs the extra 'app'")

from classroom.many_runs.errand import CANCELLED, DONE, RUNNING, Errand, News, Permit
from classroom.many_runs.queue import Cancelled
from classroom.rescues.figures import winners_of
from classroom.rescues.room import in_order, pool_of, try_out
from classroom.rescues.search import (
    QUICK,
    THOROUGH,
    Question,
    changes_of,
    command_of,
    search,
)
from classroom.rescues.told import sentence_of, signed, welfare_of, why, without_lever
from classroom.rescues.trials import Effort, page_trials
from classroom.session import Session
from classroom.setup import SANDBOX, Setup
from classroom.words import Words
from experiments.analysis.intervals import binomial_interval
from experiments.cli import main
from experiments.rescue.confirm import next_seed
from experiments.rescue.hindrance import REASONS
from experiments.rescue.levers import Dose, levers
from experiments.rescue.moves import world_of
from experiments.rescue.people import gains_of
from experiments.rescue.trials import Trials
from experiments.sweeps.engines import SerialEngine
from experiments.sweeps.outcomes import run_one
from experiments.sweeps.seeds import run_seed

SUBSIDY, SCREENING = levers()["subsidy"], levers()["screening"]
SETUP = Setup(a={"n_people": 300})
FEW = Effort(4, 100, 3)
WORDS = {language: Words(language) for language in ("en", "zh")}


class Few(Question):
    """A question whose runs are repeated a few times."""

    @property
    def effort(self):
        """How often runs are repeated."""
        return FEW


@pytest.fixture(scope="module")
def found():
    *_, last = search(Few(SETUP, (SCREENING, SUBSIDY)), Permit())
    return last


def by_name(found, name):
    return next(one for one in found.tested if one.lever.name == name)


def test_trials_of_the_page_have_the_rows_of_those_on_disk(tmp_path):
    world = world_of(SETUP.scenario().but(n_people=100, n_periods=8), 3)
    pulls = [
        ((), None),
        ((Dose(SUBSIDY, 0.5),), None),
        ((Dose(levers()["split_by_age"], 1.0),), None),
    ]
    ours = page_trials(world, 0.9, 3, Effort(3, 3, 3), Permit()).run("", pulls)
    theirs = Trials(world, 0.9, 3, 3, tmp_path, SerialEngine(), "").run("singles", pulls)
    order = ["label", "replicate"]
    ours, theirs = ours.select(theirs.columns).sort(order), theirs.sort(order)
    same = ["label", "replicate", "seed", "closed", "collapsed", "members", "members_kept"]
    assert ours.select(same).rows() == theirs.select(same).rows()
    for name in ("member_years", "welfare", "first_best", "sponsor_cost"):
        assert ours[name].to_list() == pytest.approx(theirs[name].to_list()), name


def test_no_run_is_done_twice():
    trials = page_trials(world_of(SETUP.scenario(), 1), 0.5, 1, Effort(2, 2, 2), Permit())
    trials.run("", [((), None)])
    known = dict(trials.known)
    trials.run("", [((), None), ((Dose(SUBSIDY, 0.5),), None)])
    assert len(trials.known) == 4
    assert all(trials.known[key] is row for key, row in known.items())


def test_the_page_finds_what_the_command_line_finds_with_the_same_numbers(found, capsys):
    assert by_name(found, "subsidy").is_rescue
    command = shlex.split(command_of(found.question))[1:]
    command += ["--levers", "subsidy", "screening", "--replicates", "4", "--workers", "0", "--json"]
    assert main(command) == 0
    said = json.loads(capsys.readouterr().out)
    (rescue,), (other,) = said["table"], said["more"]["What does not rescue: fewest collapses"]
    for name, row in (("subsidy", rescue), ("screening", other)):
        ours = by_name(found, name)
        assert row["levers"] == name
        assert row["how_little"] == ours.dose.told(found.world)
        for column in ("n", "p_collapse", "members_kept", "cost", "welfare_change"):
            assert ours.row[column] == pytest.approx(row[column]), column


def test_a_lever_that_works_has_its_interval_below_the_target(found):
    for one in found.tested:
        assert one.row["n"] == FEW.confirm
        assert one.is_rescue == (one.row["p_collapse_high"] <= found.question.target)


def test_the_pool_without_a_lever_fails_as_often_as_direct_runs(found):
    world, seed = found.world, next_seed(1)
    seeds = [run_seed(seed, 0, r, common_random_numbers=True) for r in range(FEW.confirm)]
    assert found.without["n"] == len(seeds)
    assert found.without["p_collapse"] > found.question.target
    fails = [run_one(world.scenario, one).row["members_kept"] < 0.5 for one in seeds]
    assert found.without["p_collapse"] == pytest.approx(np.mean(fails))


def test_winners_are_those_of_runs_compared_person_by_person(found):
    one = by_name(found, "subsidy")
    changed = found.world.scenario.but(**changes_of(found, one))
    seeds = [run_seed(next_seed(1), 0, r, common_random_numbers=True) for r in range(FEW.people)]
    rows = [row for s in seeds for row in gains_of(found.world.scenario, [("x", changed)], s)]
    young = pl.DataFrame(rows).filter(kind="age", group="under_30")
    drawn = winners_of(found, one, WORDS["en"])
    bars = drawn.figure["data"][0]
    assert bars["y"][0] == "Under 30"
    assert bars["x"][0] == pytest.approx((young["gain"] / young["people"]).mean())
    assert "3 seeds" in drawn.note


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_lever_is_told_in_a_sentence_with_its_runs_and_its_lesson(found, language):
    for one in found.tested:
        told = sentence_of(found, one, WORDS[language])
        assert "n = 100" in told
        assert WORDS[language].of(one.lever, "lesson") in told
        assert WORDS[language].of(one.lever, "title") in told
    assert "n = 100" in without_lever(found, WORDS[language])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_of_a_pool_at_real_scale_no_change_of_welfare_is_told(found, language):
    words, one = WORDS[language], by_name(found, "subsidy")
    scenario = found.world.scenario.but(population_represented=1e8)
    real = replace(found, world=replace(found.world, scenario=scenario))
    change = signed(one.row["welfare_change"])
    assert welfare_of(found, one, words) == change
    assert welfare_of(real, one, words) == words("tiles.unknown")
    assert change in sentence_of(found, one, words)
    assert words("rescue.welfare_unknown") in sentence_of(real, one, words)


def test_a_lever_that_cannot_be_pulled_says_why_in_the_visitors_language():
    question = Few(
        Setup(preset="subsidised", a={"n_people": 100}), (levers()["subsidy_low_risks"],), 0.99
    )
    *_, last = search(question, Permit())
    assert "subsidises everybody already" in sentence_of(last, last.tested[0], WORDS["en"])
    told = sentence_of(last, last.tested[0], WORDS["zh"])
    assert "已补贴" in told
    assert "already" not in told


@pytest.mark.parametrize("preset", ["age_banded", "rumour_run", "subsidised", "market"])
def test_every_reason_against_a_lever_has_words(preset):
    world = world_of(Setup(preset=preset).scenario().but(n_people=200))
    reasons = [(one, told) for one in levers().values() if (told := one.hindrance(world))]
    assert reasons
    for lever, reason in reasons:
        told = why(lever, reason, world, WORDS["zh"])
        assert any("\u4e00" <= letter <= "\u9fff" for letter in told), reason


def test_the_page_gives_the_reasons_that_the_command_line_gives():
    assert WORDS["en"].room("rescue.why") == REASONS


def test_a_pool_that_keeps_its_members_needs_no_rescue():
    *_, last = search(
        Few(Setup(preset="subsidised", a={"n_people": 200}), (SUBSIDY,), 0.05), Permit()
    )
    assert not last.collapses
    assert last.tested == ()
    assert "nothing to rescue" in without_lever(last, WORDS["en"])


def test_trying_a_lever_puts_it_into_b_and_leaves_a_without(found):
    session = Session(SETUP, [])
    assert session.begin(SETUP)
    session.rescue.news.value = News(DONE, found)
    try_out(session, "subsidy")
    setup = session.setup.value
    assert setup.scenario("b").plans[0].subsidy == by_name(found, "subsidy").dose.amount(
        found.world
    )
    assert setup.scenario("a").plans[0].subsidy == 0
    assert (setup.room, setup.a) == (SANDBOX, SETUP.a)
    assert set(setup.b) == {"subsidy", "subsidy_for"}
    assert pool_of(setup) == pool_of(found.question.setup)


def test_rescues_come_first_when_all_are_tried(found):
    at_the_end, before = (in_order(found, News(status, found)) for status in (DONE, RUNNING))
    assert [one.lever.name for one in at_the_end] == ["subsidy", "screening"]
    assert [one.lever.name for one in before] == ["screening", "subsidy"]


def test_levers_are_shown_one_by_one_and_cancelling_stops_within_a_second():
    errand, question = Errand(), Question(SETUP, tuple(levers().values()))
    errand.begin(lambda permit: search(question, permit))
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        state = errand.news.value.state
        if state is not None and state.tested:
            break
        time.sleep(0.01)
    began = time.monotonic()
    errand.cancel()
    while errand.news.value.status != CANCELLED and time.monotonic() < began + 5:
        time.sleep(0.005)
    assert errand.news.value.status == CANCELLED
    assert time.monotonic() - began < 1.0
    assert 1 <= len(errand.news.value.state.tested) < len(question.levers)


def test_nothing_is_begun_for_a_visitor_who_has_gone():
    permit = Permit()
    permit.cancel()
    with pytest.raises(Cancelled):
        next(search(Question(SETUP, (SUBSIDY,)), permit))


def test_enough_runs_are_made_for_the_target_to_be_reached():
    question = Question(SETUP, (SUBSIDY,))
    assert question.effort == QUICK
    assert replace(question, thorough=True).effort == THOROUGH
    for target in (0.05, 0.1, 0.2):
        n = replace(question, target=target).effort.confirm
        assert binomial_interval(0, n)[1] <= target


def test_small_changes_of_welfare_have_no_sign():
    assert [signed(x) for x in (-0.2, 402.4, -14.1)] == ["0", "+402", "−14"]
