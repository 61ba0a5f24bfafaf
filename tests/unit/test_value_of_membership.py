"""What membership is worth beyond its cost: price, unfairness, sentiment, hassle."""

from __future__ import annotations

import numpy as np
import pytest

from agents.choice import value_of_membership
from agents.fairness import unfairness
from agents.perception import own_contribution, revised
from model import Scenario, Simulation


@pytest.fixture
def pair(textbook, crowd):
    """A member and an outsider whose own cost is 4 yuan, with every taste switched on."""
    feelings = {"fairness_concern": 2.0, "opinion": 0.5, "plan": ["pool", None]}
    people = crowd(2, expected_cost=4.0, willingness_to_pay=20.0, **feelings)
    tastes = {"disadvantage_aversion": 0.5, "loss_aversion": 0.25, "sentiment_value": 6.0}
    simulation = textbook(people, **tastes)
    simulation.people.reference_contribution[:] = 7.0
    simulation.people.price_weight[:] = 1.5
    return simulation


def test_paying_more_than_the_own_cost_feels_unfair(pair):
    own_cost, _ = unfairness(1, 0, 10.0, pair.people, pair.rates)
    assert own_cost == pytest.approx(2.0 * 0.5 * (10 - 4))


def test_paying_more_than_usual_feels_like_a_loss_to_members(pair):
    _, reference = unfairness(0, 0, 10.0, pair.people, pair.rates)
    assert reference == pytest.approx(2.0 * 0.25 * (10 - 7))


def test_outsider_has_no_usual_contribution_to_lose_against(pair):
    _, reference = unfairness(1, 0, 10.0, pair.people, pair.rates)
    assert reference == 0.0


@pytest.mark.parametrize("contribution", [0.0, 3.9, 4.0])
def test_paying_no_more_than_the_own_cost_is_fair(pair, contribution):
    assert unfairness(0, 0, contribution, pair.people, pair.rates) == (0.0, 0.0)


def test_value_is_worth_less_price_less_unfairness_plus_sentiment(pair):
    # 20 − 1.5 · 10 − 2 · 0.5 · 6 − 2 · 0.25 · 3 + 6 · 0.5
    assert value_of_membership(0, 0, 10.0, pair.people, pair.rates) == pytest.approx(0.5)
    assert value_of_membership(1, 0, 10.0, pair.people, pair.rates) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("income", "elasticity", "weight"),
    [(70_000, 0.5, 1.0), (17_500, 0.5, 2.0), (17_500, 1.0, 4.0), (280_000, 0.5, 0.5)],
)
def test_poor_feel_a_contribution_more_than_the_rich(textbook, crowd, income, elasticity, weight):
    people = crowd(1, income=float(income))
    simulation = textbook(people, income_elasticity=elasticity, price_sensitivity=1.0)
    assert simulation.people.price_weight[0] == pytest.approx(weight, rel=1e-6)


def test_sensitivity_multiplies_affordability(textbook, crowd):
    people = crowd(1, income=17_500.0, price_sensitivity=3.0)
    assert textbook(people, income_elasticity=0.5).people.price_weight[0] == pytest.approx(6.0)


def test_drawn_sensitivities_are_kept_when_only_incomes_are_given(textbook, crowd):
    simulation = textbook(crowd(500, income=70_000.0), price_sensitivity_sd=0.5)
    assert np.log(simulation.people.price_weight).std() == pytest.approx(0.5, abs=0.06)


def test_belief_moves_toward_what_is_seen_at_its_speed():
    assert revised(10.0, 0.25, 30.0) == 15.0
    assert revised(10.0, 0.0, 30.0) == 10.0
    assert revised(10.0, 1.0, 30.0) == 30.0


def test_contribution_has_a_common_part_and_an_own_part():
    assert own_contribution(3.0, 0.5, 8.0) == 7.0


def test_expected_contribution_follows_the_announced_one_with_a_lag(still, crowd):
    people = crowd(10, expected_cost=4.0)
    simulation = still(people, contribution_learning=0.25, fee=0.0, opening_contribution=0.0)
    expected = []
    for _ in range(4):
        simulation.step()
        expected.append(float(simulation.people.expected_contribution[0, 0]))
    # Announced: 0 at first, then 4 for good.
    assert expected == pytest.approx([0.0, 1.0, 1.75, 2.3125])


def test_members_get_used_to_what_they_pay_and_outsiders_do_not(still, crowd):
    people = crowd(2, expected_cost=4.0, plan=["pool", None])
    simulation = still(people, reference_adaptation=0.5, opening_contribution=2.0)
    start = simulation.people.reference_contribution.copy()
    for _ in range(3):
        simulation.step()
    assert start[0] == pytest.approx(2.0)
    assert simulation.people.reference_contribution[0] == pytest.approx(3.5)
    assert simulation.people.reference_contribution[1] == start[1]


def test_inertia_keeps_members_who_would_not_join(textbook, crowd):
    plan = ["pool", None, "pool", None]
    people = crowd(4, expected_cost=10.0, willingness_to_pay=[9.0, 9.0, 11.0, 11.0], plan=plan)
    hassles = {"hassle_of_leaving": 2.0, "hassle_of_joining": 2.0, "opening_contribution": 10.0}
    stuck = textbook(people, **hassles)
    stuck.step()
    assert stuck.people.plan.tolist() == [0, -1, 0, -1]
    free = textbook(people, opening_contribution=10.0)
    free.step()
    assert free.people.plan.tolist() == [-1, -1, 0, 0]


def test_fairness_decides_who_stays_at_one_and_the_same_price(textbook, crowd):
    people = crowd(3, expected_cost=[2.0, 10.0, 18.0], willingness_to_pay=14.0)
    simulation = textbook(people, disadvantage_aversion=0.6, opening_contribution=10.0)
    simulation.step()
    # 14 − 10 − 0.6 · max(0, 10 − own cost) = −0.8, 4, 4
    assert simulation.people.plan.tolist() == [-1, 0, 0]
    assert simulation.history["lapsed"].to_list() == [0, 1]


def test_people_select_on_frailty_only_as_far_as_they_know_it():
    alike = {"age_min": 40, "age_max": 40, "female_share": 1.0, "ageing": False, "n_people": 5_000}
    tastes = {"disadvantage_aversion": 3.0, "claims": "expected", "n_periods": 48}
    ratios = {}
    for knowledge in (0.0, 1.0):
        scenario = Scenario().but(private_information=knowledge, **alike, **tastes)
        simulation = Simulation(scenario, seed=1).run()
        assert simulation.history["lapsed"].sum() > 200
        ratios[knowledge] = simulation.history["selection_ratio"][-1]
    assert ratios[0.0] == pytest.approx(1.0, abs=0.02)
    assert ratios[1.0] > 1.05
