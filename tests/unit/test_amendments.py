"""Amendments: rules that change in a stated period of a scenario."""

from __future__ import annotations

import pytest

from agents.errors import ScenarioError
from model import Scenario, Simulation, presets


def test_an_amendment_changes_a_rule_from_its_period_on():
    base = presets.load("stable").scenario.but(n_people=500, n_periods=12)
    amended = base.but(amendments=[{"period": 7, "changes": {"fee": 0.5}}])
    by_hand = Simulation(base, seed=4)
    for _ in range(6):
        by_hand.step()
    by_hand.amend(fee=0.5)
    by_hand.run()
    stepped = Simulation(amended, seed=4)
    while stepped.running:
        stepped.step()
    lived = Simulation(amended, seed=4).run()
    assert lived.history.equals(by_hand.history, null_equal=True)
    assert lived.history.equals(stepped.history, null_equal=True)
    assert not lived.history.equals(Simulation(base, seed=4).run().history, null_equal=True)


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"fee": -1}, "fee"),
        ({"fees": 0.1}, "fees"),
        ({"n_people": 7}, "cannot change during a run"),
    ],
)
def test_an_amendment_that_cannot_be_made_is_refused_at_once(changes, word):
    with pytest.raises(ScenarioError, match="amendment of period 3") as caught:
        Scenario(amendments=[{"period": 3, "changes": changes}])
    assert word in str(caught.value)


def test_amendments_are_made_one_after_the_other():
    first = {"period": 2, "changes": {"entry_age_max": 70, "exit_age": 80}}
    second = {"period": 6, "changes": {"entry_age_max": 50, "exit_age": 60}}
    scenario = Scenario(n_people=200, n_periods=8, amendments=[first, second])
    simulation = Simulation(scenario, seed=1).run()
    assert simulation.period == 8
    assert (simulation.people.age[simulation.people.plan >= 0] < 60).all()


def test_no_amendment_closes_a_plan_in_the_past():
    with pytest.raises(ScenarioError, match="closes = 2 periods is over by then"):
        Scenario(amendments=[{"period": 3, "changes": {"closes": 2}}])
