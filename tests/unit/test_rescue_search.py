"""The search for rescues, on pools whose answer is given, and what is measured in a run."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pytest

from experiments.rescue import people
from experiments.rescue.confirm import Found, confirm, dominated
from experiments.rescue.levers import Dose, label_of, levers
from experiments.rescue.moves import World
from experiments.rescue.search import FINEST, Tried, candidates, search_pairs, search_singles
from experiments.rescue.trials import Trials
from experiments.rescue.when import confirm_latest, search_latest
from experiments.sweeps.engines import SerialEngine
from model import Scenario, Simulation, presets

SUBSIDY, MANDATE = levers()["subsidy"], levers()["mandate"]
WORLD = World(Scenario(n_periods=40), 400.0)


@dataclass
class GivenTrials:
    """Trials whose share of collapses is given as a function of levers, period and seed."""

    collapses: object
    seed: int = 5
    replicates: int = 10
    world: World = WORLD
    asked: list = field(default_factory=list)

    def run(self, name, pulls):
        self.asked.append((name, self.seed, [label_of(*pull) for pull in pulls]))
        rows = []
        for mix, period in pulls:
            share = self.collapses(mix, period, self.seed)
            for replicate in range(self.replicates):
                rows.append(
                    {
                        "label": label_of(mix, period),
                        "replicate": replicate,
                        "collapsed": replicate < round(share * self.replicates),
                        "members": 100 * (1 - share),
                        "members_kept": 1 - share,
                        "member_years": 10.0,
                        "sponsor_cost": sum((10 * dose.strength for dose in mix), 0.0),
                        "welfare": 1.0,
                        "first_best": 2.0,
                    }
                )
        return pl.DataFrame(rows)

    def elsewhere(self, seed, replicates):
        return GivenTrials(self.collapses, seed, replicates, self.world, self.asked)


def below(threshold, lever=SUBSIDY):
    """Collapse surely where the lever's strength is below a threshold."""

    def share(mix, period, seed):
        return float(not any(d.lever == lever and d.strength >= threshold for d in mix))

    return share


@pytest.mark.parametrize("threshold", [0.05, 0.3, 0.61803, 0.99])
def test_the_least_strength_is_bracketed_to_a_64th(threshold):
    found = search_singles(GivenTrials(below(threshold)), [SUBSIDY], 0.1).tried[0]
    assert found.below < threshold <= found.least
    assert found.least - found.below <= FINEST
    assert found.is_monotone


def test_a_lever_that_fails_has_no_least_strength():
    found = search_singles(GivenTrials(lambda *_: 1.0), [SUBSIDY], 0.1).tried[0]
    assert found.least is None
    assert found.best == 1.0


def test_a_pool_that_does_not_collapse_is_not_searched_further():
    trials = GivenTrials(lambda *_: 0.0)
    assert search_singles(trials, [SUBSIDY, MANDATE], 0.1).without == 0.0
    assert len(trials.asked) == 1


def test_a_lever_that_fails_again_when_pulled_harder_is_seen():
    found = Tried(SUBSIDY, 0.1, {0.0: 1.0, 0.25: 0.4, 0.5: 0.0, 0.75: 0.05, 1.0: 0.6})
    assert (found.least, found.most, found.is_monotone) == (0.5, 0.75, False)


def test_whole_numbers_are_not_halved_for_ever():
    lock_in = levers()["lock_in"]
    world = World(Scenario(n_periods=40, period_length=1.0), 400.0)  # a term of one or two years
    trials = GivenTrials(lambda mix, *_: float(not mix or mix[0].amount(world) < 2), world=world)
    found = search_singles(trials, [lock_in], 0.1).tried[0]
    assert lock_in.moves.amount(world, found.least) == 2
    assert len(trials.asked) <= 3


def test_pairs_that_work_are_ordered_by_what_the_sponsor_pays():
    def share(mix, period, seed):
        return float(sum(dose.strength for dose in mix) < 0.9)

    trials = GivenTrials(share)
    tried = [Tried(one, 0.1, {0.0: 1.0, 1.0: 1.0}) for one in (SUBSIDY, MANDATE)]
    table, kept = search_pairs(trials, tried, 0.1, 5)
    assert table["label"].n_unique() == 4
    assert [label_of(mix) for mix in kept] == ["subsidy 0.5 + mandate 0.5"]


def test_what_was_found_is_tried_again_on_other_seeds_and_more_of_them():
    trials = GivenTrials(below(0.3))
    confirm(trials, [Found((Dose(SUBSIDY, 0.3),))], 0.1)
    name, seed, _ = trials.asked[-1]
    assert (name, seed) == ("confirm", 6)


def test_a_rescue_that_fails_on_new_seeds_is_no_rescue():
    lucky = GivenTrials(lambda mix, period, seed: float(seed != 5 or not mix))
    _, confirmed = confirm(lucky, [Found((Dose(SUBSIDY, 0.3),))], 0.1)
    assert [one.is_rescue for one in confirmed] == [False]


def test_the_weakest_dose_below_which_one_fails_is_the_rescue():
    _, confirmed = confirm(GivenTrials(below(0.4)), [Found((Dose(SUBSIDY, 0.3),))], 0.1)
    assert confirmed[0].is_rescue
    assert confirmed[0].label == "subsidy 0.45"


def test_no_dose_is_a_rescue_if_a_stronger_one_fails():
    def share(mix, period, seed):
        return float(not mix or mix[0].strength > 0.4)

    _, confirmed = confirm(GivenTrials(share), [Found((Dose(SUBSIDY, 0.3),))], 0.1)
    assert not confirmed[0].is_rescue


def test_an_interval_that_reaches_above_the_target_is_not_enough():
    # 6 of 100: Wilson's upper bound is 12.5 %.
    trials = GivenTrials(lambda mix, *_: 0.06 if mix else 1.0)
    _, confirmed = confirm(trials, [Found((Dose(SUBSIDY, 0.3),))], 0.1)
    assert not confirmed[0].is_rescue


def test_stronger_doses_stay_below_the_ceiling_and_differ():
    mixes = candidates((Dose(SUBSIDY, 0.5),), 0.7, WORLD)
    assert [mix[0].strength for mix in mixes] == [0.5, 0.55, 0.625, 0.7]


def test_a_dearer_and_worse_rescue_is_dominated():
    rows = [
        {"cost": 0.0, "welfare_change": 5.0},
        {"cost": 1.0, "welfare_change": 4.0},
        {"cost": 2.0, "welfare_change": 9.0},
        {"cost": 0.0, "welfare_change": 5.0},
    ]
    assert dominated(rows) == [False, True, False, False]


@pytest.mark.parametrize("latest", [1, 2, 17, 39, 40])
def test_the_last_period_in_time_is_found_exactly(latest):
    def share(mix, period, seed):
        return float(not mix or period > latest)

    trials = GivenTrials(share)
    delays = search_latest(trials, [(Dose(SUBSIDY, 0.5),)], 0.1)
    assert delays[0].latest == latest
    row = confirm_latest(trials, delays).row(0, named=True)
    assert (row["period"], row["in_time"]) == (latest, True)
    # Seed 5 searches and seed 6 confirms doses; neither may judge the period.
    assert trials.asked[-1][:2] == ("when/confirm", 7)


def test_a_lever_that_is_always_too_late_says_so():
    trials = GivenTrials(lambda *_: 1.0)
    delays = search_latest(trials, [(Dose(SUBSIDY, 0.5),)], 0.1)
    row = confirm_latest(trials, delays).row(0, named=True)
    assert (row["period"], row["in_time"]) == (None, False)


def test_a_pool_that_a_lever_stunts_is_held_against_what_it_could_have_been(tmp_path):
    growing = presets.load("classic_spiral").scenario.but(
        n_people=300, n_periods=24, initial_membership=0.3, awareness=0.2
    )
    trials = Trials(World(growing, 400.0), 0.5, 4, 1, tmp_path, SerialEngine(), "a test")
    screened = (Dose(levers()["screening"], 1.0),)
    both = trials.run("both", [((), None), (screened, None)])
    alone = trials.run("alone", [(screened, None)])
    assert alone.equals(both.filter(pl.col("label") == label_of(screened)))
    without = both.filter(pl.col("label") == label_of(()))
    peaks = without["members"] / without["members_kept"]
    assert alone["members_kept"].to_list() == pytest.approx((alone["members"] / peaks).to_list())
    assert (without["members_kept"] < 0.95).all()


@pytest.fixture(scope="module")
def small():
    scenario = presets.load("classic_spiral").scenario
    return scenario.but(n_people=300, n_periods=12, claims="expected", ageing=False)


def test_nobody_gains_or_loses_where_nothing_changes(small):
    for row in people.gains_of(small, [("same", small)], 4):
        assert (row["gain"], row["better"], row["worse"]) == (0.0, 0, 0)


def test_what_people_gain_adds_up_to_the_consumer_surplus(small):
    plain = small.but(waiting_period=0)
    surplus = Simulation(plain, seed=4).run().history["consumer_surplus"]
    assert people.fortune(plain, 4).net.sum() == pytest.approx(surplus[1:].sum(), rel=1e-4)


def test_a_subsidy_is_worth_what_the_sponsor_pays_where_nobody_moves(small):
    still = small.but(attention=0, attention_to_change=0, awareness=0, awareness_from_neighbours=0)
    paid = still.but(subsidy=0.5)
    rows = people.gains_of(still, [("paid", paid)], 4)
    everybody = next(row for row in rows if row["kind"] == "everybody")
    cost = Simulation(paid, seed=4).run().history["subsidy"].sum()
    assert everybody["gain"] * 12 / 12 == pytest.approx(cost, rel=1e-6)


def test_a_penalty_is_paid_by_those_without_cover(small):
    fined = small.but(penalty_for_none=7.0, initial_membership=0.25)
    still = {"attention": 0, "attention_to_change": 0}
    nobody_moves = fined.but(**still, awareness=0, awareness_from_neighbours=0)
    rows = people.gains_of(nobody_moves.but(penalty_for_none=0.0), [("fined", nobody_moves)], 4)
    everybody = next(row for row in rows if row["kind"] == "everybody")
    outside = int((Simulation(nobody_moves, seed=4).people.plan < 0).sum())
    assert outside > 200
    assert everybody["penalties"] == pytest.approx(outside * 7.0 * 12)
    assert everybody["gain"] == pytest.approx(-everybody["penalties"], rel=1e-4)


def test_every_person_is_in_one_group_of_each_kind(small):
    rows = people.gains_of(small, [("paid", small.but(subsidy=0.5))], 4)
    counts = {kind: sum(r["people"] for r in rows if r["kind"] == kind) for kind in people.KINDS}
    assert set(counts.values()) == {300}
    risk = [r["people"] for r in rows if r["kind"] == "risk"]
    assert np.ptp(risk) <= 2
