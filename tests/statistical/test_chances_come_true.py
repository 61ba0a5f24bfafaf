"""What the scenario calls a probability happens as often as it says."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from model import Scenario, Simulation

N = 50_000
LEVELS = pl.DataFrame({"expected_cost": np.linspace(0.01, 0.3, N)})
EAGER = LEVELS.with_columns(willingness_to_pay=pl.lit(1e6))
STILL = {"benefit": [(0, 1.0)], "attention": 0.0, "entry_age_max": 120, "n_periods": 20}


def textbook(people=None, seed=1, **rules):
    if people is None:
        rules = {"n_people": N, **rules}
    return Simulation(Scenario.textbook(**{**STILL, **rules}), people=people, seed=seed)


def within(count, n, p):
    return abs(count - n * p) < 4 * np.sqrt(n * p * (1 - p)) + 1e-9


def test_claims_are_as_many_as_the_risks_say_and_spread_as_independent_ones_do():
    people = pl.DataFrame({"expected_cost": np.full(N, 0.01)})
    simulation = textbook(people, claims="drawn", n_periods=100).run()
    claims = simulation.history["claims"].to_numpy()[1:]
    variance = N * 0.01 * 0.99
    assert claims.mean() == pytest.approx(N * 0.01, abs=4 * np.sqrt(variance / 100))
    assert claims.var(ddof=1) == pytest.approx(variance, rel=4 * np.sqrt(2 / 99))


def test_frail_fall_ill_in_proportion_to_their_risk():
    simulation = textbook(LEVELS, claims="drawn", leaves_after_aid=True, n_periods=1).run()
    ill = np.array_split(simulation.people.plan < 0, 5)
    risk = np.array_split(LEVELS["expected_cost"].to_numpy(), 5)
    for some_ill, some_risk in zip(ill, risk, strict=True):
        assert within(some_ill.sum(), some_ill.size, some_risk.mean())


def test_falling_ill_once_says_nothing_about_the_next_period():
    people = pl.DataFrame({"expected_cost": np.full(N, 0.2)})
    simulation = textbook(people, claims="drawn", leaves_after_aid=True)
    simulation.step()
    left = int((simulation.people.plan >= 0).sum())
    simulation.step()
    assert within((simulation.people.plan >= 0).sum(), left, 0.8)


def test_share_of_the_ill_who_die_is_the_case_fatality():
    people = pl.DataFrame({"expected_cost": np.full(N, 0.3)})
    history = textbook(people, claims="drawn", case_fatality=0.25, n_periods=1).run().history
    claims = history["claims"][1]
    assert within(history["left_died"][1], claims, 0.25)


def test_share_of_outsiders_who_join_is_their_awareness():
    rules = {"initial_membership": 0.0, "awareness": 0.07, "opening_contribution": 0.0}
    history = textbook(EAGER, **rules, n_periods=3).run().history
    outside = N
    for joined in history["joined"].to_list()[1:]:
        assert within(joined, outside, 0.07)
        outside -= joined


def test_marketing_adds_to_awareness_while_it_lasts():
    rules = {"initial_membership": 0.0, "awareness": 0.02, "opening_contribution": 0.0}
    rules |= {"marketing": 0.1, "marketing_periods": 2, "n_periods": 3}
    joined = textbook(EAGER, **rules).run().history["joined"].to_list()
    assert within(joined[1], N, 0.12)
    assert within(joined[2], N - joined[1], 0.12)
    assert within(joined[3], N - joined[1] - joined[2], 0.02)


def test_share_of_members_who_reconsider_is_their_attention():
    people = LEVELS.with_columns(willingness_to_pay=pl.lit(-1.0))
    history = textbook(people, attention=0.15, n_periods=1).run().history
    assert within(history["lapsed"][1], N, 0.15)


def test_detected_bad_risks_are_as_many_as_screening_says():
    rng = np.random.default_rng(5)
    people = LEVELS.with_columns(frailty=rng.permutation(np.arange(1.0, N + 1)))
    rules = {"initial_membership": 0.0, "opening_contribution": 0.0, "n_periods": 1}
    simulation = textbook(people, **rules, screening=0.6, bad_risk_share=0.2).run()
    refused = simulation.people.plan < 0
    assert within(refused.sum(), N * 0.2, 0.6)
    assert people["frailty"].to_numpy()[refused].min() > 0.8 * N


def test_newcomers_replace_outsiders_at_their_rate():
    rules = {"initial_membership": 0.5, "awareness": 0.0, "newcomers": 0.3, "n_periods": 1}
    simulation = textbook(**rules)
    outside = simulation.people.plan < 0
    before = simulation.people.income.copy()
    simulation.step()
    new = simulation.people.income != before
    assert not (new & ~outside).any()
    assert within(new.sum(), outside.sum(), 0.3)


@pytest.mark.parametrize("noise", [0.5, 2.0])
def test_noisy_choice_is_a_logit_of_the_value(noise):
    value = 1.3
    people = LEVELS.with_columns(willingness_to_pay=pl.lit(value))
    rules = {"attention": 1.0, "opening_contribution": 0.0, "n_periods": 1}
    history = textbook(people, **rules, choice_noise=noise).run().history
    assert within(history["members"][1], N, 1 / (1 + np.exp(-value / noise)))


def test_noisy_choice_of_two_plans_weighs_each_by_its_value():
    plans = [{"name": "a"}, {"name": "b"}]
    people = pl.DataFrame(
        {
            "expected_cost": np.full(N, 0.1),
            "willingness_to_pay_a": np.full(N, 0.4),
            "willingness_to_pay_b": np.full(N, 1.0),
        }
    )
    rules = {"initial_membership": 0.0, "opening_contribution": 0.0, "n_periods": 1}
    scenario = Scenario.textbook().but(plans=plans).but(**STILL)
    simulation = Simulation(scenario.but(**rules, choice_noise=1.0), people=people, seed=1).run()
    odds = np.exp([0.4, 1.0, 0.0])
    for k in range(2):
        assert within((simulation.people.plan == k).sum(), N, odds[k] / odds.sum())


def test_insurer_is_considered_as_often_as_its_awareness_says():
    people = pl.DataFrame({"frailty": np.ones(N), "risk_aversion": np.full(N, 1e-5)})
    rules = {"initial_membership": 0.0, "awareness": 1.0, "entry_age_max": 0, "age_min": 20}
    rules |= {"insurer_awareness": 0.35, "insurer_loss_ratio": 2.0, "insurer_rejects": 0.0}
    simulation = textbook(people, **rules, n_periods=1).run()
    assert within(simulation.history["insured"][1], N, 0.35)
