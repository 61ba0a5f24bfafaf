"""Drawn people: ages, sexes, log-normal traits, and the copula that ties the traits together."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from model import Scenario, Simulation
from model.scenario import copula_root

N = 100_000
SE = 1 / np.sqrt(N)
LEAST_P = 1e-4
TRAITS = ("frailty", "income", "risk_aversion", "price_weight")
CORRELATIONS = {
    "frailty_income": -0.4,
    "frailty_risk_aversion": 0.3,
    "frailty_price_sensitivity": -0.2,
    "income_risk_aversion": -0.5,
    "income_price_sensitivity": 0.1,
    "risk_aversion_price_sensitivity": 0.6,
}
SPREADS = {
    "frailty_sd": 0.6,
    "income_sd": 0.8,
    "risk_aversion_sd": 0.3,
    "price_sensitivity_sd": 0.5,
}


def drawn(seed=1, **changes):
    scenario = Scenario().but(n_people=N, ties="none", income_elasticity=0.0, **changes)
    return Simulation(scenario, seed=seed)


def logs(people):
    return np.log(np.stack([getattr(people, name) for name in TRAITS]).astype(np.float64))


@pytest.fixture(scope="module")
def mixed():
    return drawn(**CORRELATIONS, **SPREADS, fairness_concern_sd=0.7, price_sensitivity=2.0)


def test_traits_are_correlated_as_the_copula_says(mixed):
    root = copula_root(*mixed.scenario.correlations())
    wanted = root @ root.T
    assert wanted[0, 1] == CORRELATIONS["frailty_income"]
    assert wanted[1, 2] == CORRELATIONS["income_risk_aversion"]
    assert wanted[2, 3] == CORRELATIONS["risk_aversion_price_sensitivity"]
    assert np.corrcoef(logs(mixed.people)) == pytest.approx(wanted, abs=4 * SE)


def test_one_correlation_moves_one_pair_of_traits():
    matrix = np.corrcoef(logs(drawn(**SPREADS, frailty_risk_aversion=0.8).people))
    expected = np.eye(4)
    expected[0, 2] = expected[2, 0] = 0.8
    assert matrix == pytest.approx(expected, abs=4 * SE)


def test_traits_are_log_normal_with_the_spread_of_the_scenario(mixed):
    medians = [np.exp(-(0.6**2) / 2), 70_000, 2.5e-6, 2.0]
    for column, median, spread in zip(logs(mixed.people), medians, SPREADS.values(), strict=True):
        standard = (column - np.log(median)) / spread
        assert stats.kstest(standard, "norm").pvalue > LEAST_P
        assert standard.std() == pytest.approx(1, abs=4 * SE)


def test_frailty_and_concern_for_fairness_have_mean_one(mixed):
    for column, sd in (("frailty", 0.6), ("fairness_concern", 0.7)):
        values = getattr(mixed.people, column).astype(np.float64)
        assert values.mean() == pytest.approx(1, abs=4 * np.sqrt(np.expm1(sd**2)) * SE)
        assert np.log(values).std() == pytest.approx(sd, abs=4 * sd * SE)


def test_concern_for_fairness_is_unrelated_to_the_other_traits(mixed):
    concern = np.log(mixed.people.fairness_concern.astype(np.float64))
    for column in logs(mixed.people):
        assert np.corrcoef(concern, column)[0, 1] == pytest.approx(0, abs=4 * SE)


def test_without_spread_everybody_is_the_same():
    people = drawn(**dict.fromkeys(SPREADS, 0.0)).people
    for name, value in (("frailty", 1.0), ("income", 70_000.0), ("price_weight", 1.0)):
        assert np.unique(getattr(people, name)) == pytest.approx([value])


def test_traits_are_unrelated_to_age_and_sex(mixed):
    people = mixed.people
    for column in logs(people):
        assert np.corrcoef(people.age_at_start, column)[0, 1] == pytest.approx(0, abs=4 * SE)
        assert np.corrcoef(people.female, column)[0, 1] == pytest.approx(0, abs=4 * SE)


def test_ages_are_uniform_unless_told_otherwise():
    ages = drawn(age_min=18, age_max=59).people.age_at_start
    assert stats.kstest(ages, "uniform", args=(18, 41)).pvalue > LEAST_P


def test_peaked_ages_are_triangular_around_their_mode():
    ages = drawn(age_min=10, age_max=60, age_mode=25, age_peakedness=1.0).people.age_at_start
    assert stats.kstest(ages, "triang", args=(15 / 50, 10, 50)).pvalue > LEAST_P


def test_half_peaked_ages_are_half_uniform():
    ages = drawn(age_min=0, age_max=60, age_mode=30, age_peakedness=0.5).people.age_at_start
    near = stats.triang(0.5, 0, 60).cdf([20, 40])
    share = 0.5 * (near[1] - near[0]) + 0.5 * 20 / 60
    assert np.mean((ages >= 20) & (ages < 40)) == pytest.approx(share, abs=2 * SE)


@pytest.mark.parametrize("mode", [0, 18, 60, 100])
def test_mode_at_or_beyond_the_youngest_or_oldest_still_gives_ages_in_range(mode):
    ages = drawn(age_min=18, age_max=60, age_mode=mode, age_peakedness=1.0).people.age_at_start
    assert 18 <= ages.min() < 18.5
    assert 59.5 < ages.max() <= 60
    slanted = ages.mean() > 39
    assert slanted == (mode >= 60)


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_share_of_women_is_as_given(share):
    spread = np.sqrt(share * (1 - share)) * SE
    assert drawn(female_share=share).people.female.mean() == pytest.approx(share, abs=4 * spread)


def test_poor_people_feel_a_yuan_more():
    scenario = Scenario(n_people=N, ties="none", income_elasticity=0.5, price_sensitivity_sd=0.0)
    people = Simulation(scenario, seed=1).people
    expected = np.sqrt(70_000 / people.income.astype(np.float64))
    assert people.price_weight == pytest.approx(expected, rel=1e-5)


def test_error_about_the_own_risk_is_log_normal_and_leaves_the_median_right():
    rules = {"willingness": "proportional", "risk_premium": 0.0, "private_information": 1.0}
    people = drawn(**rules, perception_noise=0.4).people
    cost, worth = people.expected_cost[0], people.willingness_to_pay[0]
    error = np.log(worth.astype(np.float64) / cost)
    # A probability within a period is all but proportional to the incidence.
    assert error.std() == pytest.approx(0.4, abs=0.005)
    assert np.median(error) == pytest.approx(0, abs=0.4 * 1.2533 * 4 * SE)
    assert np.corrcoef(error, np.log(people.frailty))[0, 1] == pytest.approx(0, abs=4 * SE)


def test_first_members_are_a_fair_draw_with_any_tenure_up_to_the_longest():
    people = drawn(initial_membership=0.3, initial_tenure=10, entry_age_max=120).people
    members = people.plan >= 0
    assert members.mean() == pytest.approx(0.3, abs=4 * np.sqrt(0.21) * SE)
    counts = np.bincount(people.tenure[members], minlength=11)
    assert counts[0] == 0
    assert stats.chisquare(counts[1:]).pvalue > LEAST_P
    assert np.corrcoef(members, people.frailty)[0, 1] == pytest.approx(0, abs=4 * SE)


def test_another_seed_draws_other_people_with_the_same_distribution():
    one, other = drawn(seed=1).people, drawn(seed=2).people
    assert np.corrcoef(one.frailty, other.frailty)[0, 1] == pytest.approx(0, abs=4 * SE)
    assert stats.ks_2samp(one.income, other.income).pvalue > LEAST_P


def test_person_does_not_change_when_others_are_added():
    few = Simulation(Scenario(n_people=50, ties="none"), seed=3).people
    many = Simulation(Scenario(n_people=5_000, ties="none"), seed=3).people
    for name in ("age_at_start", "female", "frailty", "income", "incidence"):
        assert np.array_equal(getattr(few, name), getattr(many, name)[:50])
