"""Count in fen, yuan or wan: people decide the same, and every amount is the same money."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model import Plan, Scenario, Simulation
from model.metrics import COLUMNS
from model.quantities import unit_of

AMOUNTS = {name for name, (unit, _) in COLUMNS.items() if unit.startswith("yuan")}
COUNTS = ("joined", "members", "waiting", "lapsed", "insured", "claims", "take_up", "mean_age")


def in_yuan(unit):
    """Tell the power of a yuan in a unit: 1, -1, or 0."""
    return {"yuan": 1, "1/yuan": -1}.get(unit.split(" ")[0].split("/year")[0], 0)


def scaled_fields(values, fields, factor):
    """Return what is counted in yuan among the values, counted in another currency."""
    result = {}
    for name, field in fields.items():
        power = in_yuan(unit_of(field))
        value = values[name]
        if not power or value is None or isinstance(value, str):
            continue
        money = factor**power
        steps = isinstance(value, list)
        result[name] = [(age, v * money) for age, v in value] if steps else value * money
    return result


def scaled(scenario, factor):
    changes = scaled_fields(scenario.model_dump(), Scenario.model_fields, factor)
    for plan in scenario.plans:
        rules = scaled_fields(plan.model_dump(), Plan.model_fields, factor)
        changes |= {f"{plan.name}.{name}": value for name, value in rules.items()}
    return scenario.but(**changes)


def test_every_amount_of_money_among_the_parameters_is_known():
    money, plan_money = (
        {name for name, field in fields.items() if in_yuan(unit_of(field))}
        for fields in (Scenario.model_fields, Plan.model_fields)
    )
    said = {name for name, field in Scenario.model_fields.items() if "yuan" in unit_of(field)}
    assert {"income_median", "risk_aversion", "choice_noise", "sentiment_value"} <= money == said
    assert {"benefit", "case_cap", "year_cap", "opening_contribution"} <= plan_money
    assert {"contribution", "benefits", "expected_cost", "ledger_luck"} <= AMOUNTS
    assert "hoover" not in AMOUNTS


def same_in_other_money(one, other, factor):
    """Whether two histories agree to the bit but for the currency."""
    for name in COLUMNS:
        a, b = one[name], other[name]
        if name in AMOUNTS:
            a = a * factor
        if not a.equals(b, null_equal=True):
            return name
    return ""


@pytest.mark.parametrize("power", [-3, 1, 10])
def test_powers_of_two_change_no_decision_and_no_digit(rich, run, power):
    factor = 2.0**power
    one, other = run(rich), run(scaled(rich, factor))
    assert one.history["lapsed"].sum() > 100
    assert one.history["claims"].sum() > 50
    assert same_in_other_money(one.history, other.history, factor) == ""
    for name in ("status", "plan", "tenure", "cause", "insured", "sentiment"):
        assert np.array_equal(getattr(one.people, name), getattr(other.people, name))


@settings(max_examples=40)
@given(data=st.data(), power=st.integers(-3, 8))
def test_powers_of_two_change_nothing_under_any_rules(data, power, scenarios, run):
    scenario = data.draw(scenarios())
    factor = 2.0**power
    one, other = run(scenario), run(scaled(scenario, factor))
    assert same_in_other_money(one.history, other.history, factor) == ""


@pytest.mark.parametrize("power", [-10, 10])
def test_given_costs_and_values_may_be_in_any_currency_too(run, power):
    factor = 2.0**power
    cost = np.random.default_rng(1).lognormal(3.0, 1.0, 300)
    people = pl.DataFrame({"expected_cost": cost, "willingness_to_pay": 1.6 * cost})
    scenario = Scenario.textbook(n_periods=12, fee=0.08, disadvantage_aversion=0.2)
    one = run(scenario, people=people)
    other = run(scaled(scenario, factor), people=people * factor)
    assert 0 < one.history["members"][-1] < 300
    assert same_in_other_money(one.history, other.history, factor) == ""


@pytest.mark.parametrize("factor", [7.3, 0.137])
def test_any_other_currency_changes_rounding_only(run, factor):
    rules = {"claims": "expected", "n_people": 1_000, "n_periods": 24, "attention": 0.3}
    scenario = Scenario().but(**rules, period_length=0.25, incidence_level=4.0)
    one, other = run(scenario), run(scaled(scenario, factor))
    assert one.history["lapsed"].sum() > 100
    assert one.verdict.outcome == other.verdict.outcome
    for name in COUNTS:
        expected = one.history[name].to_numpy()
        assert other.history[name].to_numpy() == pytest.approx(expected, abs=1, rel=1e-3)
    for name in ("contribution", "contributions", "benefits", "expected_cost", "welfare"):
        expected = one.history[name].to_numpy() * factor
        assert other.history[name].to_numpy() == pytest.approx(expected, rel=3e-3)


def test_verdict_has_the_same_words_and_the_same_number_in_the_other_currency(rich, run):
    one, other = run(rich).verdict, run(scaled(rich, 4.0)).verdict
    assert (one.outcome, one.tipping_period) == (other.outcome, other.tipping_period)
    assert other.contribution == 4 * one.contribution


def test_benefit_in_a_coarse_currency_is_still_shared_by_the_conditional_mean():
    # One hundred thousand yuan, in units of 1,024 yuan, is no whole number of hundredths.
    rules = {"claims": "drawn", "sharing": "conditional_mean", "n_people": 60, "n_periods": 6}
    rules |= {"incidence_level": 60.0, "period_length": 0.25, "benefit": [(0, 1e5)]}
    scenario = Scenario().but(**rules, attention=0.0, leaves_after_aid=False)
    factor = 2.0**-10
    one = Simulation(scenario, seed=1).run()
    other = Simulation(scaled(scenario, factor), seed=1).run()
    assert one.history["claims"].sum() > 0
    assert np.array_equal(one.people.share_index * np.float32(factor), other.people.share_index)
