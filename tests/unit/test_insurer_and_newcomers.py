"""The outside option, rated by age and sex and underwritten; and people who move in."""

from __future__ import annotations

import math

import numpy as np
import pytest

from agents.insurer import premium, value_of_insurance
from agents.perception import cara_willingness
from model.sources import incidence_table

SOLD = {"insurer_awareness": 1.0, "insurer_rejects": 0.0, "insurer_benefit": 200_000.0}


@pytest.mark.parametrize(("age", "female"), [(30, True), (30, False), (55, True)])
def test_premium_is_the_expected_benefit_by_age_and_sex_over_the_loss_ratio(
    textbook, crowd, age, female
):
    rules = {**SOLD, "insurer_loss_ratio": 0.5, "period_length": 0.25, "incidence_level": 2.0}
    rates = textbook(crowd(1, frailty=9.0), **rules).rates
    risk = 1 - math.exp(-2.0 * incidence_table()[int(female), age] * 0.25)
    assert premium(age, female, rates) == pytest.approx(risk * 200_000 / 0.5)


def test_insurance_is_worth_its_cover_less_the_premium(textbook, crowd):
    people = crowd(1, age=50.0, sex="male", frailty=2.0, income=17_500.0, risk_aversion=1e-5)
    simulation = textbook(people, **SOLD, income_elasticity=0.5, insurer_loss_ratio=0.8)
    risk = 1 - math.exp(-2 * incidence_table()[0, 50])
    worth = cara_willingness(risk, 200_000.0, 1e-5)
    expected = worth - 2.0 * premium(50, False, simulation.rates)
    found = value_of_insurance(0, 50, simulation.people, simulation.rates)
    assert found == pytest.approx(expected, rel=1e-5)


def test_underwriting_rejects_the_frailest(textbook, crowd):
    people = crowd(10, age=40.0, frailty=np.arange(1.0, 11.0), risk_aversion=1e-5)
    rules = {**SOLD, "insurer_rejects": 0.3, "initial_membership": 0.0, "entry_age_max": 0}
    simulation = textbook(people, **rules, insurer_loss_ratio=1.0, entry_age_min=0)
    simulation.step()
    assert simulation.people.insured.tolist() == [True] * 7 + [False] * 3
    assert simulation.history["insured"].to_list() == [0, 7]


def test_nobody_buys_insurance_that_nobody_hears_of(textbook, crowd):
    people = crowd(10, age=40.0, frailty=1.0, risk_aversion=1e-4)
    rules = {**SOLD, "insurer_awareness": 0.0, "initial_membership": 0.0, "entry_age_max": 0}
    assert textbook(people, **rules, n_periods=5).run().history["insured"].sum() == 0


def test_people_compare_the_pool_with_the_insurer(textbook, crowd):
    people = crowd(2, age=40.0, frailty=1.0, risk_aversion=1e-5, willingness_to_pay=[1e6, 1.0])
    simulation = textbook(people, **SOLD, insurer_loss_ratio=1.0)
    simulation.step()
    assert simulation.people.plan.tolist() == [0, -1]
    assert simulation.people.insured.tolist() == [False, True]
    assert simulation.history["left_insurance"].sum() + simulation.history["lapsed"].sum() >= 1


def test_insured_drop_the_policy_for_a_better_pool_and_come_back(textbook, crowd):
    people = crowd(1, age=40.0, frailty=1.0, risk_aversion=1e-5, willingness_to_pay=1.0)
    simulation = textbook(people, **SOLD, insurer_loss_ratio=1.0, n_periods=9)
    insured = []
    for worth in (1.0, 1e6, 1.0):
        simulation.people.willingness_to_pay[0, 0] = worth
        simulation.running = True
        simulation.step()
        insured.append((bool(simulation.people.insured[0]), int(simulation.people.plan[0])))
    assert insured == [(True, -1), (False, 0), (True, -1)]


def test_dear_insurance_is_not_bought(textbook, crowd):
    people = crowd(5, age=40.0, frailty=1.0, risk_aversion=1e-7)
    rules = {**SOLD, "initial_membership": 0.0, "entry_age_max": 0, "insurer_loss_ratio": 0.3}
    assert textbook(people, **rules, n_periods=3).run().history["insured"].sum() == 0


def test_newcomers_take_the_place_of_outsiders_only(still):
    rules = {"n_people": 400, "initial_membership": 0.5, "newcomers": 1.0, "n_periods": 5}
    simulation = still(**rules, age_max=59.0)
    members = simulation.people.plan >= 0
    before = [column.copy() for column in (simulation.people.income, simulation.people.frailty)]
    simulation.run()
    for column, old in zip(("income", "frailty"), before, strict=True):
        same = getattr(simulation.people, column) == old
        assert same[members].all()
        assert not same[~members].any()
    assert simulation.history["members"].n_unique() == 1


def test_newcomers_have_the_ages_and_risks_of_the_first_people(still):
    rules = {"n_people": 4_000, "initial_membership": 0.0, "newcomers": 1.0, "ageing": True}
    simulation = still(**rules, age_min=20.0, age_max=40.0, period_length=1.0, n_periods=10).run()
    people = simulation.people
    age_now = people.age_at_start + 10
    new = people.age_at_start < 20  # born later, so to speak
    assert new.mean() > 0.2
    assert age_now.min() >= 20
    assert np.log(people.frailty).std() == pytest.approx(0.6, abs=0.03)
    ages = np.floor(np.maximum(age_now, 0)).astype(int)
    table = simulation.rates.incidence[people.female.astype(int), ages]
    assert people.incidence == pytest.approx(table * people.frailty, rel=1e-4)


def test_newcomer_starts_without_a_past(textbook):
    rules = {"n_people": 300, "newcomers": 1.0, "n_periods": 3, "reentry": "never"}
    rules |= {"willingness": "proportional", "risk_premium": -1.0, "hassle_of_joining": 1.0}
    simulation = textbook(**rules, opening_contribution=1e6)
    simulation.step()  # everybody leaves, and at once moves away
    assert simulation.history["lapsed"][1] == 300
    assert set(simulation.sample()["status"]) == {"outside"}
    assert (simulation.people.sentiment == simulation.people.opinion).all()
    assert not simulation.people.insured.any()
    assert set(simulation.sample()["cause"]) == {None}


def test_newcomer_errs_about_the_own_risk_independently_of_the_predecessor(still):
    rules = {"willingness": "proportional", "risk_premium": 0.0, "perception_noise": 0.5}
    rules |= {"n_people": 1_000, "initial_membership": 0.0, "newcomers": 1.0, "n_periods": 1}
    simulation = still(**rules)

    def errors():
        people = simulation.people
        return np.log(people.willingness_to_pay[0] / people.expected_cost[0])

    before = errors()
    simulation.step()
    assert np.corrcoef(before, errors())[0, 1] == pytest.approx(0.0, abs=0.13)


def test_who_is_refused_by_the_pool_keeps_the_insurance(textbook, crowd):
    people = crowd(4, age=40.0, frailty=[9.0, 1.0, 1.0, 1.0], risk_aversion=1e-5)
    people = people.with_columns(willingness_to_pay=1e6)
    rules = {**SOLD, "initial_membership": 0.0, "screening": 1.0, "bad_risk_share": 0.25}
    simulation = textbook(people, **rules)
    simulation.people.insured[:] = True
    simulation.step()
    assert simulation.people.plan.tolist() == [-1, 0, 0, 0]
    assert simulation.people.insured.tolist() == [True, False, False, False]
