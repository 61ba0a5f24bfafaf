"""Changing the rules of a run that is under way."""

from __future__ import annotations

import numpy as np
import pytest

from agents.errors import ScenarioError
from model import Scenario, Simulation

FIXED = {"n_people": 5, "plans": [], "ties": "none", "period_length": 1.0, "claims": "drawn"}


@pytest.fixture
def pool(still, crowd):
    """Ten members who cost 10 yuan each, after two periods."""
    simulation = still(crowd(10, expected_cost=10.0, willingness_to_pay=12.0), n_periods=6)
    simulation.step()
    simulation.step()
    return simulation


@pytest.mark.parametrize("name", FIXED)
def test_who_takes_part_cannot_be_amended(pool, name):
    with pytest.raises(ScenarioError, match=f"{name} cannot change during a run"):
        pool.amend(**{name: FIXED[name]})


@pytest.mark.parametrize("change", [{"feee": 0.1}, {"fee": -1.0}, {"attention": "x"}])
def test_impossible_amendment_is_told_and_changes_nothing(pool, change):
    before = pool.scenario
    with pytest.raises(ScenarioError):
        pool.amend(**change)
    assert pool.scenario is before


def test_amended_fee_is_charged_from_the_next_period_on(pool):
    pool.amend(fee=0.5)
    pool.step()
    assert pool.history["contribution"].to_list() == pytest.approx([10.0, 10.0, 10.0, 15.0])


def test_amended_attention_makes_members_leave(pool):
    pool.amend(fee=0.5, attention=1.0)
    pool.step()
    pool.step()
    assert pool.history["members"].to_list() == [10, 10, 10, 10, 0]


def test_past_is_not_rewritten(pool):
    before = pool.history
    pool.amend(fee=0.5)
    pool.step()
    now = pool.history[: before.height]
    for name in before.columns:
        assert before[name].equals(now[name], null_equal=True), name


def test_amended_horizon_is_a_new_horizon(pool):
    pool.amend(n_periods=3)
    pool.run()
    assert pool.period == 3


@pytest.fixture
def calm():
    """Members at their natural risk and benefit, none of whom moves."""
    quiet = {"attention": 0.0, "attention_to_change": 0.0, "awareness": 0.0, "n_periods": 9}
    quiet |= {"ageing": False, "select_years": 0.0, "newcomers": 0.0, "claims": "expected"}
    quiet |= {"awareness_from_neighbours": 0.0, "n_people": 50, "incidence_level": 2.0}
    return Simulation(Scenario().but(**quiet), seed=1)


@pytest.mark.parametrize(
    "change", [{"benefit": [(0, 600_000.0)]}, {"incidence_level": 4.0}], ids=["benefit", "risk"]
)
def test_amended_benefit_or_risk_is_paid_for_from_the_next_period_on(calm, change):
    calm.step()
    calm.amend(**change)
    calm.step()
    paid = calm.history["contributions"]
    assert paid[2] == pytest.approx(2 * paid[1], rel=0.01)


@pytest.mark.parametrize(
    "change",
    [
        {"benefit": [(0, 600_000.0)]},
        {"incidence_level": 4.0},
        {"private_information": 1.0},
        {"willingness": "proportional"},
    ],
)
def test_amended_worth_of_cover_is_felt_from_the_next_period_on(calm, change):
    calm.step()
    before = calm.people.willingness_to_pay.copy()
    calm.amend(**change)
    calm.step()
    assert not np.allclose(calm.people.willingness_to_pay, before)


def test_amending_what_people_were_drawn_by_is_refused_or_felt(calm):
    """A parameter of the first draw (`susceptibility`, `price_sensitivity`) must not do nothing."""
    silent = []
    for name, value in {"susceptibility": 0.9, "price_sensitivity": 2.0, "n_neighbours": 3}.items():
        before = (calm.people.susceptibility.copy(), calm.people.price_weight.copy())
        try:
            calm.amend(**{name: value})
        except ScenarioError:
            continue
        now = (calm.people.susceptibility, calm.people.price_weight)
        if all(np.array_equal(a, b) for a, b in zip(before, now, strict=True)):
            silent.append(name)
    assert not silent


def test_amended_event_breaks_when_it_is_dated(pool):
    pool.amend(events=[{"period": 4, "news": -0.5}])
    pool.step()
    assert pool.people.sentiment.tolist() == [0.0] * 10
    pool.step()
    assert pool.people.sentiment.tolist() == [-0.5] * 10
