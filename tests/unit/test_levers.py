"""Levers: what each sets, how little of it is nothing, and what cannot be pulled."""

from __future__ import annotations

import numpy as np
import pytest

from agents.errors import ScenarioError
from experiments.rescue.levers import Dose, agree, chosen, label_of, levers, pulled
from experiments.rescue.moves import MOVES, world_of
from model import Simulation, presets
from model.money_terms import by_age
from model.sources import incidence_table

ALL = sorted(levers())

# Where a lever has something to act on: newcomers for those that work at the door.
OPEN = {"initial_membership": 0.4, "awareness": 0.2}
WHERE = {
    "screening": OPEN,
    "waiting_period": OPEN,
    "auto_enrolment": OPEN,
}


def world_for(name: str, **changes):
    scenario = presets.load("classic_spiral").scenario
    small = {"n_people": 400, "n_periods": 30, **WHERE.get(name, {}), **changes}
    return world_of(scenario.but(**small))


def members(scenario, plan=None):
    history = Simulation(scenario, seed=3).run().history
    name = scenario.plans[0].name if plan is None else plan
    return history.filter(history["plan"] == name)["members"].to_numpy()


def test_every_lever_in_the_list_can_be_moved():
    assert set(levers()) == set(MOVES)
    assert {lever.sort for lever in levers().values()} == {"regulator", "platform"}


@pytest.mark.parametrize("name", ALL)
def test_a_lever_that_is_not_pulled_changes_nothing(name):
    world, lever = world_for(name), levers()[name]
    assert lever.rules(world, 0.0) == {}
    assert pulled(world, (Dose(lever, 0.0),)) is world.scenario
    assert pulled(world, (Dose(lever, 0.0),), period=3) is world.scenario


@pytest.mark.parametrize("name", ALL)
def test_a_lever_at_full_strength_moves_members(name):
    world = world_for(name)
    changed = pulled(world, (Dose(levers()[name], 1.0),))
    before, after = members(world.scenario), members(changed)
    n = min(len(before), len(after))
    assert not np.array_equal(before[:n], after[:n])


@pytest.mark.parametrize("name", ALL)
def test_more_strength_is_more_of_the_same(name):
    world, lever = world_for(name), levers()[name]
    amounts = [lever.moves.amount(world, strength) for strength in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert amounts in (sorted(set(amounts)), sorted(set(amounts), reverse=True))


def test_a_lever_acts_on_the_first_plan_alone():
    two = world_for("subsidy").scenario.but(plans=[{"name": "mild"}, {"name": "other"}])
    changed = pulled(world_of(two), (Dose(levers()["subsidy"], 1.0),))
    assert [plan.subsidy > 0 for plan in changed.plans] == [True, False]


def test_age_bands_ask_each_age_for_what_it_costs():
    world = world_for("age_bands", frailty_sd=0.0, n_people=2000)
    changed = pulled(world, (Dose(levers()["age_bands"], 1.0),))
    weights = by_age(changed.plans[0].age_relativity)
    cost = incidence_table().mean(axis=0) * by_age(changed.plans[0].benefit)
    per_yuan = (weights / cost)[[22, 32, 42, 52, 57]]
    assert per_yuan / per_yuan.mean() == pytest.approx(np.ones(5), abs=0.01)


def test_a_lower_benefit_from_40_leaves_the_young_alone():
    world = world_for("benefit_by_age")
    benefit = by_age(pulled(world, (Dose(levers()["benefit_by_age"], 0.5),)).plans[0].benefit)
    assert benefit[39] == 300_000
    assert benefit[40] == pytest.approx(0.55 * 300_000)


def test_the_benefit_grows_with_tenure_to_what_it_is_and_no_further():
    plan = pulled(world_for("loyalty"), (Dose(levers()["loyalty"], 0.5),)).plans[0]
    assert plan.benefit[0][1] * (1 + plan.loyalty) == pytest.approx(300_000)


def test_people_of_an_age_go_to_a_plan_of_their_own():
    world = world_for("split_by_age")
    changed = pulled(world, (Dose(levers()["split_by_age"], 1.0),))
    old = [plan.name for plan in changed.plans][1]
    moved = members(changed, old)
    assert moved[0] == 0
    assert moved[2] > 50


def test_a_lever_pulled_later_changes_nothing_before():
    world = world_for("subsidy")
    late = members(pulled(world, (Dose(levers()["subsidy"], 1.0),), period=10))
    never = members(world.scenario)
    assert np.array_equal(late[:10], never[:10])
    assert not np.array_equal(late, never)


def test_levers_that_set_the_same_rule_are_no_pair():
    world, known = world_for("subsidy"), levers()
    subsidy, low = Dose(known["subsidy"], 1.0), Dose(known["subsidy_low_risks"], 1.0)
    assert not agree(subsidy, low, world)
    assert agree(subsidy, Dose(known["lock_in"], 1.0), world)


def test_two_levers_set_what_each_sets_alone():
    world, known = world_for("subsidy"), levers()
    both = pulled(world, (Dose(known["subsidy"], 0.5), Dose(known["lock_in"], 1.0)))
    assert (both.plans[0].subsidy, both.plans[0].term) == (0.475, 24)


@pytest.mark.parametrize(
    ("name", "rules", "why"),
    [
        ("subsidy", {"subsidy": 0.96}, "96 % already"),
        ("lock_in", {"term": 24}, "24 months already"),
        ("age_bands", {"sharing": "expected_cost"}, "split by expected_cost already"),
        ("subsidy", {"subsidy": 0.1, "subsidy_for": "low_risk"}, "subsidises low_risk already"),
    ],
)
def test_a_lever_that_is_used_up_says_why(name, rules, why):
    assert why in str(levers()[name].hindrance(world_for(name, **rules)))
    assert levers()[name].hindrance(world_for(name)) is None


def test_unknown_levers_are_refused_all_at_once():
    with pytest.raises(ScenarioError) as refusal:
        chosen(["subsidi", "subsidy", "subsidy"])
    assert refusal.value.sentences == [
        "--levers: unknown lever 'subsidi'; did you mean subsidy?",
        "--levers names subsidy twice; leave one out",
    ]


def test_every_lever_stands_in_the_document(root):
    text = (root / "docs" / "rescue.md").read_text("utf-8")
    assert [name for name in levers() if f"| `{name}` |" not in text] == []


def test_a_mix_is_named_by_levers_strengths_and_period():
    known = levers()
    mix = (Dose(known["subsidy"], 0.5), Dose(known["lock_in"], 0.25))
    assert label_of(mix, 7) == "subsidy 0.5 + lock_in 0.25 from period 7"
    assert label_of(()) == "no lever"
