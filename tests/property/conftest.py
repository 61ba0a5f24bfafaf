"""A scenario in which everything is switched on, and scenarios in which anything may be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from model import Scenario, Simulation

BASIC = {
    "name": "basic",
    "benefit": [(0, 20_000.0), (40, 8_000.0)],
    "waiting_period": 2,
    "entry_age_min": 2,
    "entry_age_max": 57,
    "exit_age": 60,
    "screening": 0.5,
    "bad_risk_share": 0.3,
    "marketing": 0.05,
    "marketing_periods": 6,
    "sharing": "age_band",
    "sharing_mix": 0.4,
    "waiting_members_owe": False,
    "settlement_rate": 0.7,
    "case_cap": 10.0,
    "year_cap": 3_000.0,
    "subsidy": 0.05,
    "difference_subsidy": 0.2,
    "joining_reward": 30.0,
    "deposit": [(0, 20.0), (40, 60.0)],
    "reinsurance": 0.2,
    "retention": 10.0,
    "reserve_loading": 0.1,
    "reserve_full": 40.0,
    "smoothing": 0.3,
    "term": 2,
    "closes_below": 20.0,
}
GENEROUS = BASIC | {
    "name": "generous",
    "benefit": [(0, 30_000.0)],
    "sharing": "expected_cost",
    "leavers_owe": True,
    "reentry": "free",
    "excess_borne_by": "claimants",
    "closes_below": 0.0,
    "deposit_refunded": False,
    "refunds_contributions": True,
}
RICH = {
    "n_people": 400,
    "n_periods": 20,
    "period_length": 0.25,
    "start_date": "2018-10-16",
    "population_represented": 8_000.0,
    "plans": [BASIC, GENEROUS],
    "events": [{"period": 4, "news": -0.5}, {"period": 9, "news": 0.4}],
    "age_peakedness": 0.3,
    "incidence_level": 15.0,
    "price_sensitivity_sd": 0.2,
    "frailty_income": -0.2,
    "frailty_risk_aversion": 0.2,
    "newcomers": 0.3,
    "initial_membership": 0.7,
    "initial_tenure": 8,
    "perception_noise": 0.2,
    "risk_aversion": 3e-5,
    "fairness_concern_sd": 0.3,
    "attention": 0.3,
    "awareness": 0.1,
    "awareness_from_neighbours": 0.3,
    "hassle_of_leaving": 20.0,
    "hassle_of_joining": 5.0,
    "choice_noise": 60.0,
    "sentiment_value": 100.0,
    "case_fatality": 0.2,
    "insurer_awareness": 0.3,
    "insurer_benefit": 20_000.0,
}


@pytest.fixture(scope="session")
def rich():
    return Scenario().but(**RICH)


@pytest.fixture(scope="session")
def same_bits():
    """Return a function that tells whether two runs agree in every total and column."""

    def compare(one, other):
        pairs = [*zip(one.people, other.people, strict=True)]
        pairs += [*zip(one.record, other.record, strict=True), (one.tallies, other.tallies)]
        pairs += [*zip(one.pool_state, other.pool_state, strict=True)]
        return one.period == other.period and all(
            np.array_equal(a, b, equal_nan=np.asarray(a).dtype.kind == "f") for a, b in pairs
        )

    return compare


PRICES = (
    {},
    {},
    {"premium": "risk_rated"},
    {"premium": [(0, 100.0), (40, 900.0)]},
    {"year_cap": [(0, 50.0), (40, 2_000.0)]},
    {"subsidy_for": "low_risk"},
    {"subsidy_for": "low_income"},
)
"""Rules about the price that go with equal shares only; the first leave it to the other rules."""


def pricing(plan, price):
    """Return a plan's rules with a price, without those that could not go with it."""
    plan = plan | {"sharing": "equal"} | price if price else plan
    if "premium" not in price:
        return plan
    useless = dict.fromkeys(("case_cap", "year_cap")) | dict.fromkeys(
        ("reinsurance", "reserve_loading", "smoothing"), 0.0
    )
    return plan | useless


@st.composite
def any_scenario(draw, **fixed):
    """Draw a scenario of few people in which anything may be switched on."""
    chance = st.floats(0.0, 1.0, allow_subnormal=False)
    yuan = st.sampled_from([0.0, 1.0, 30.0, 500.0])
    plan = st.fixed_dictionaries(
        {
            "benefit": st.sampled_from([[(0, 20_000.0)], [(0, 20_000.0), (40, 8_000.0)]]),
            "fee": st.sampled_from([0.0, 0.08, 0.5]),
            "waiting_period": st.integers(0, 3),
            "exit_age": st.sampled_from([60, 61, 121]),
            "sharing": st.sampled_from(["equal", "age_band", "expected_cost", "conditional_mean"]),
            "sharing_mix": chance,
            "waiting_members_owe": st.booleans(),
            "leavers_owe": st.booleans(),
            "leaves_after_aid": st.booleans(),
            "settlement_rate": st.floats(0.1, 1.0),
            "case_cap": st.sampled_from([None, 1.0, 100.0]),
            "year_cap": st.sampled_from([None, 50.0, 2_000.0]),
            "excess_borne_by": st.sampled_from(["sponsor", "claimants"]),
            "subsidy": st.sampled_from([0.0, 0.2, 1.0]),
            "joining_reward": yuan,
            "deposit": st.sampled_from([None, [(0, 20.0)], [(0, 20.0), (40, 300.0)]]),
            "deposit_refunded": st.booleans(),
            "reinsurance": st.sampled_from([0.0, 0.3, 1.0]),
            "retention": yuan,
            "reserve_loading": st.sampled_from([0.0, 0.2]),
            "reserve_full": yuan,
            "smoothing": chance,
            "closes": st.sampled_from([None, None, 5]),
            "free_periods_at_closing": st.integers(0, 2),
            "refunds_contributions": st.booleans(),
            "claims_after_closing": st.sampled_from(["sponsor", "forgone"]),
            "difference_subsidy": chance,
            "term": st.integers(1, 3),
            "reentry": st.sampled_from(["never", "waiting", "free"]),
            "closes_below": st.sampled_from([0.0, 30.0, 100.0]),
            "screening": chance,
        }
    )
    plans = draw(
        st.lists(st.builds(pricing, plan, st.sampled_from(PRICES)), min_size=1, max_size=2)
    )
    rules = {
        "plans": [rule | {"name": name} for rule, name in zip(plans, "ab", strict=False)],
        "n_people": draw(st.integers(1, 300)),
        "n_periods": 8,
        "claims": draw(st.sampled_from(["drawn", "expected"])),
        "period_length": draw(st.sampled_from([1 / 24, 0.25, 1.0, 2.5])),
        "incidence_level": draw(st.sampled_from([0.0, 1.0, 20.0, 100.0])),
        "newcomers": draw(st.sampled_from([0.0, 0.4])),
        "initial_membership": draw(chance),
        "attention": draw(chance),
        "awareness": draw(chance),
        "choice_noise": draw(yuan),
        "hassle_of_leaving": draw(yuan),
        "sentiment_value": draw(yuan),
        "case_fatality": draw(chance),
        "insurer_awareness": draw(st.sampled_from([0.0, 0.5])),
        "perception_noise": draw(st.sampled_from([0.0, 0.5])),
        "select_years": draw(st.sampled_from([0.0, 1.0])),
        "ties": draw(st.sampled_from(["none", "complete", "erdos_renyi", "watts_strogatz"])),
        "willingness": draw(st.sampled_from(["cara", "proportional"])),
        "events": [{"period": 3, "news": draw(st.floats(-1.0, 1.0))}],
    }
    return Scenario().but(**{**rules, **fixed})


@pytest.fixture(scope="session")
def scenarios():
    """Return the strategy of scenarios, to draw from inside a test with `st.data()`."""
    return any_scenario


@pytest.fixture(scope="session")
def run():
    return lambda scenario, **more: Simulation(scenario, **{"seed": 1, **more}).run()
