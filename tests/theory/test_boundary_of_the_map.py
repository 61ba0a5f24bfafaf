"""The boundary that a map draws is the closed form where there is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import optimize, special

from agents.errors import ScenarioError
from experiments.sweep_report.boundary import (
    NOISY,
    SHARP,
    bearable_fees,
    bearable_loading,
    boundary,
)
from experiments.sweeps.reading import parse_experiment
from model import Scenario
from model.sources import incidence_table
from model.theory import pools

LINE = 0.05
SIGMA = 0.8
AVERSION, BENEFIT = 5e-6, 300_000.0


def lognormal_risks(**changes: Any) -> Scenario:
    """Return people who differ in lognormal frailty alone and know it, with CARA utility."""
    return Scenario.textbook(
        willingness="cara",
        age_min=35,
        age_max=35,
        female_share=1.0,
        frailty_sd=SIGMA,
        risk_aversion=AVERSION,
        risk_aversion_sd=0.0,
        **changes,
    )


def mean_probability(scenario: Scenario) -> float:
    hazard = float(incidence_table()[1, 35])
    return 1 - float(np.exp(-hazard * scenario.period_length))


def test_uniform_risks_bear_the_fee_of_the_closed_form():
    """Take-up 2 (a - fee) / (1 + 2a - fee) falls to the line at this fee."""
    premium, cost = 0.5, (np.arange(100_000)[::-1] + 0.5) / 100_000
    fee = (2 * premium - LINE * (1 + 2 * premium)) / (2 - LINE)
    assert pools.uniform(premium, fee).take_up == pytest.approx(LINE)
    loading = bearable_loading(cost, (1 + premium) * cost, LINE)
    assert loading - 1 == pytest.approx(fee, abs=1e-4)


def test_lognormal_risks_who_know_them_bear_the_fee_of_the_closed_form():
    scenario = lognormal_risks()
    median = mean_probability(scenario) * np.exp(-(SIGMA**2) / 2)

    def excess(fee: float) -> float:
        rest = pools.lognormal_cara(AVERSION * BENEFIT, SIGMA, fee, median)
        return rest.take_up - LINE

    fee = optimize.brentq(excess, 0.05, 1.2)
    # The mean of the sickest 5 % of 200,000 drawn people has a standard error of 1 %.
    assert bearable_fees(scenario, 1)[SHARP] == pytest.approx(fee, abs=0.03)


@pytest.mark.parametrize("known", [0.3, 0.6])
def test_half_known_risks_bear_the_fee_of_a_fold(known):
    """With ln of the perceived risk = k ln of the true one, the largest p / A(p) has a formula."""
    scenario = lognormal_risks(private_information=known)
    mean, a = mean_probability(scenario), AVERSION * BENEFIT
    z = np.linspace(-6, special.ndtri(1 - LINE), 4_001)
    perceived = mean * np.exp(known * (SIGMA * z - SIGMA**2 / 2))
    worth = np.log1p(perceived * np.expm1(a)) / AVERSION
    mean_cost = mean * BENEFIT * special.ndtr(SIGMA - z) / special.ndtr(-z)
    assert bearable_fees(scenario, 1)[SHARP] == pytest.approx(
        (worth / mean_cost).max() - 1, abs=0.03
    )


def test_noise_and_free_return_make_no_difference_when_both_are_small():
    sharp = lognormal_risks(private_information=0.6)
    fees = bearable_fees(sharp.but(choice_noise=0.05, awareness=1.0), 1)
    assert fees[NOISY] == pytest.approx(fees[SHARP], abs=0.03)
    assert NOISY not in bearable_fees(sharp, 1)


def test_a_subsidy_moves_the_boundary_as_a_fee_does():
    fee = bearable_fees(lognormal_risks(), 1)[SHARP]
    sponsored = bearable_fees(lognormal_risks(subsidy=0.5), 1)[SHARP]
    assert 1 + sponsored == pytest.approx(2 * (1 + fee), rel=1e-9)


MAP = """
question = "Where?"
scenario = "stable"
[set]
{setting}
[factors]
private_information = {{ low = 0.2, high = 0.8, steps = 2 }}
{x} = {values}
[[figure]]
kind = "map"
x = "{x}"
y = "private_information"
boundary = "unravelling"
"""


def an_experiment(x: str = "fee", values: str = "[0.0, 9.0]", setting: str = "") -> Any:
    return parse_experiment(MAP.format(x=x, values=values, setting=setting), "mine")


def test_the_curves_follow_the_axes_of_the_figure_and_stay_on_the_map(monkeypatch):
    monkeypatch.setattr("experiments.sweep_report.boundary.VALUES", 4)
    curves = boundary("unravelling", an_experiment(values="[0.0, 5.0]"))
    assert set(curves["label"]) == {SHARP, NOISY}
    assert curves["x"].is_between(0.0, 5.0).all()
    assert curves["y"].is_between(0.2, 0.8).all()
    assert curves.filter(curves["label"] == SHARP).height < 4


@pytest.mark.parametrize(
    ("name", "experiment", "sentence"),
    [
        ("unraveling", an_experiment(), "did you mean unravelling"),
        ("unravelling", an_experiment("attention", "[0.1, 0.2]"), "needs fee on one axis"),
        ("unravelling", an_experiment(setting='sharing = "age_band"'), "sharing = equal"),
    ],
)
def test_a_boundary_that_does_not_apply_says_why(name, experiment, sentence):
    with pytest.raises(ScenarioError, match=sentence):
        boundary(name, experiment)
