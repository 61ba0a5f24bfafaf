"""What cover is worth: own and perceived risk, and the largest sure payment for it."""

from __future__ import annotations

import math
from decimal import Decimal, getcontext

import numpy as np
import pytest

from agents.perception import (
    LARGE_STAKE,
    SMALL_STAKE,
    cara_willingness,
    illness_probability,
    perceived_incidence,
    willingness,
)
from agents.terms import CARA, PROPORTIONAL

# a·B and the multiple of the expected loss that is paid for a small risk: docs/theory.md.
MULTIPLES = [(0.1, 1.052), (0.25, 1.136), (0.5, 1.297), (1, 1.718), (1.5, 2.321), (2, 3.195)]


def exact_worth(probability, benefit, aversion):
    """Work out ln(1 + p (exp(aB) − 1)) / a with 60 digits."""
    getcontext().prec = 60
    p, b, a = (Decimal(x) for x in (probability, benefit, aversion))
    return float((1 + p * ((a * b).exp() - 1)).ln() / a)


@pytest.mark.parametrize("probability", [1e-7, 0.0015, 0.3, 1 - 1e-9])
@pytest.mark.parametrize("stake", [1e-6, 0.01, 0.75, 5.0, 49.9, 50.1, 600.0])
def test_worth_of_cover_is_the_certainty_equivalent_of_the_loss(probability, stake):
    benefit = 300_000.0
    found = cara_willingness(probability, benefit, stake / benefit)
    assert found == pytest.approx(exact_worth(probability, benefit, stake / benefit), rel=1e-9)


def test_worth_of_cover_by_hand():
    # a = 10⁻⁵, B = 100,000, p = 1 %: ln(1.01718281828) · 100,000
    assert cara_willingness(0.01, 1e5, 1e-5) == pytest.approx(1703.6862, abs=1e-3)


@pytest.mark.parametrize(("stake", "multiple"), MULTIPLES)
def test_small_risks_are_worth_the_published_multiples(stake, multiple):
    worth = cara_willingness(1e-9, 1.0, float(stake))
    assert worth / 1e-9 == pytest.approx(multiple, abs=6e-4)


@pytest.mark.parametrize("limit", [SMALL_STAKE, LARGE_STAKE])
def test_worth_has_no_step_where_the_formula_changes(limit):
    below, above = (cara_willingness(0.01, 1.0, limit * f) for f in (1 - 1e-12, 1 + 1e-12))
    assert below == pytest.approx(above, rel=1e-7)


def test_without_risk_aversion_cover_is_worth_its_expected_benefit():
    assert cara_willingness(0.01, 3e5, 0.0) == 3000.0
    assert cara_willingness(0.01, 3e5, 1e-14) == pytest.approx(3000.0, rel=1e-8)
    assert cara_willingness(0.01, 3e5, 1e-9) > 3000.0


def test_nobody_pays_more_than_the_benefit_or_anything_for_no_risk():
    assert cara_willingness(0.5, 3e5, 1.0) < 3e5
    assert cara_willingness(1e-300, 3e5, 1.0) > 0.99 * 3e5  # the worst case is all that counts
    for aversion in (0.0, 1e-6, 1e-3, 1.0):
        assert cara_willingness(0.0, 3e5, aversion) == 0.0
        assert cara_willingness(0.3, 0.0, aversion) == 0.0
        assert cara_willingness(1.0, 3e5, aversion) == pytest.approx(3e5)


def test_worth_rises_with_risk_with_benefit_and_with_risk_aversion():
    by_risk = [cara_willingness(p, 3e5, 3e-6) for p in (0.0, 1e-4, 1e-2, 0.5)]
    by_benefit = [cara_willingness(0.01, b, 3e-6) for b in (0.0, 1e5, 3e5, 1e6)]
    by_aversion = [cara_willingness(0.01, 3e5, a) for a in (0.0, 1e-6, 1e-5, 1e-3, 1.0)]
    for worths in (by_risk, by_benefit, by_aversion):
        assert (np.diff(worths) > 0).all()


def test_proportional_worth_is_the_expected_benefit_and_a_surcharge():
    assert willingness(PROPORTIONAL, 0.02, 1000.0, 1e-3, 0.5) == pytest.approx(30.0)
    assert willingness(PROPORTIONAL, 0.02, 1000.0, 1e-3, -1.0) == 0.0
    assert willingness(CARA, 0.02, 1000.0, 1e-3, 0.5) == cara_willingness(0.02, 1000.0, 1e-3)


@pytest.mark.parametrize(("incidence", "length"), [(0.003, 1 / 24), (0.5, 1.0), (3.0, 2.0)])
def test_chance_to_fall_ill_is_that_of_a_constant_incidence(incidence, length):
    expected = 1 - math.exp(-incidence * length)
    assert illness_probability(incidence, length) == pytest.approx(expected, rel=1e-12)


def test_tiny_incidence_keeps_its_digits():
    assert illness_probability(1e-12, 1.0) == pytest.approx(1e-12, rel=1e-11)
    assert illness_probability(0.0, 1.0) == 0.0


@pytest.mark.parametrize(
    ("private_information", "expected"), [(0.0, 0.004), (0.5, 0.008), (1.0, 0.016)]
)
def test_perceived_risk_lies_between_the_table_and_the_own(private_information, expected):
    found = perceived_incidence(0.004, 0.016, private_information, 0.0)
    assert found == pytest.approx(expected)


def test_error_about_the_own_risk_is_a_factor():
    found = perceived_incidence(0.004, 0.016, 0.5, math.log(3.0))
    assert found == pytest.approx(0.024)


def test_people_without_private_information_differ_by_age_and_sex_only(textbook, crowd):
    people = crowd(4, age=[30, 30, 50, 50], sex="female", frailty=[0.2, 3.0, 0.2, 3.0])
    blind = textbook(people, private_information=0.0).people.willingness_to_pay[0]
    assert blind[0] == blind[1] != blind[2] == blind[3]
    knowing = textbook(people, private_information=1.0).people.willingness_to_pay[0]
    assert knowing[1] / knowing[0] == pytest.approx(15.0, rel=0.02)
    half = textbook(people, private_information=0.5).people.willingness_to_pay[0]
    assert half[1] / half[0] == pytest.approx(math.sqrt(15.0), rel=0.02)


def test_own_cost_of_cover_does_not_depend_on_what_is_known(textbook, crowd):
    people = crowd(3, age=40, sex="male", frailty=[0.5, 1.0, 2.0])
    costs = [
        textbook(people, private_information=kappa).people.expected_cost[0] for kappa in (0, 1)
    ]
    assert np.array_equal(*costs)
    assert costs[0][2] / costs[0][1] == pytest.approx(2.0, rel=0.01)


def test_risk_of_a_person_is_that_of_the_table_times_frailty_and_level(textbook, crowd):
    from model.sources import incidence_table

    people = crowd(2, age=[40.7, 40.2], sex=["female", "male"], frailty=[2.0, 0.5])
    simulation = textbook(people, incidence_level=3.0, period_length=0.5, benefit=[(0, 1e5)])
    table = incidence_table()
    expected = [6.0 * table[1, 40], 1.5 * table[0, 40]]
    assert simulation.people.incidence == pytest.approx(expected, rel=1e-6)
    cost = 1e5 * -np.expm1(-0.5 * np.array(expected))
    assert simulation.people.expected_cost[0] == pytest.approx(cost, rel=1e-6)


def test_benefit_follows_its_schedule_by_age(textbook, crowd):
    people = crowd(4, age=[39.9, 40.0, 59.0, 60.0], sex="male", frailty=1.0)
    rules = {"benefit": [(0, 3e5), (40, 1e5), (60, 0.0)], "willingness": "cara"}
    simulation = textbook(people, **rules)
    risk = simulation.people.expected_cost[0] / [3e5, 1e5, 1e5, 1.0]
    own = -np.expm1(-simulation.people.incidence.astype(float))
    assert risk[:3] == pytest.approx(own[:3], rel=1e-5)
    assert simulation.people.expected_cost[0, 3] == 0.0
    assert simulation.people.willingness_to_pay[0, 3] == 0.0


def test_given_costs_and_values_are_left_alone(textbook, crowd):
    people = crowd(2, expected_cost=[3.0, 5.0], willingness_to_pay=[-1.0, 7.0], age=30)
    simulation = textbook(people, ageing=True, period_length=1.0, n_periods=5).run()
    assert simulation.people.expected_cost[0].tolist() == [3.0, 5.0]
    assert simulation.people.willingness_to_pay[0].tolist() == [-1.0, 7.0]
