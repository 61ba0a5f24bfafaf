"""No parameter without effect: turn one, everything else as it was, and a number changes.

A new parameter without an entry here fails the test.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest

from model import Event, Plan, Scenario


@dataclass(frozen=True)
class Turn:
    """Another value of a parameter, what it needs to matter, and where it shows."""

    value: Any
    given: dict[str, Any] = field(default_factory=dict)
    shows_in: tuple[str, ...] = ("members", "contribution")


BLOCKS = {"ties": "stochastic_block"}
SURCHARGE = {"willingness": "proportional"}
SHARED_BY_NOBODY = {
    "basic.sharing": "equal",
    "basic.case_cap": None,
    "basic.year_cap": None,
    "basic.reinsurance": 0.0,
    "basic.reserve_loading": 0.0,
    "basic.smoothing": 0.0,
}
OF_SCENARIO = {
    "age_min": Turn(10.0),
    "age_max": Turn(50.0),
    "age_mode": Turn(45.0),
    "age_peakedness": Turn(0.9),
    "female_share": Turn(0.2),
    "incidence_level": Turn(12.0),
    "frailty_sd": Turn(1.0),
    "income_median": Turn(50_000.0),
    "income_sd": Turn(1.0),
    "risk_aversion": Turn(1e-5),
    "risk_aversion_sd": Turn(0.9),
    "price_sensitivity": Turn(1.4),
    "price_sensitivity_sd": Turn(0.6),
    "frailty_income": Turn(0.4),
    "frailty_risk_aversion": Turn(-0.4),
    "frailty_price_sensitivity": Turn(0.4),
    "income_risk_aversion": Turn(0.4),
    "income_price_sensitivity": Turn(0.4),
    "risk_aversion_price_sensitivity": Turn(0.4),
    "ageing": Turn(False),
    "newcomers": Turn(0.6),
    "initial_membership": Turn(0.4),
    "initial_tenure": Turn(3),
    "private_information": Turn(0.9),
    "perception_noise": Turn(0.6),
    "contribution_learning": Turn(0.9),
    "reference_adaptation": Turn(0.5),
    "willingness": Turn("proportional"),
    "risk_premium": Turn(1.0, SURCHARGE),
    "income_reference": Turn(40_000.0),
    "income_elasticity": Turn(1.0),
    "fairness_concern_sd": Turn(0.9),
    "disadvantage_aversion": Turn(1.5),
    "loss_aversion": Turn(1.5),
    "attention": Turn(0.6),
    "attention_to_change": Turn(2.0),
    "attention_to_news": Turn(2.0),
    "awareness": Turn(0.3),
    "awareness_from_neighbours": Turn(0.7),
    "contagion": Turn("threshold"),
    "hassle_of_leaving": Turn(90.0),
    "hassle_of_joining": Turn(60.0),
    "choice_noise": Turn(20.0),
    "ties": Turn("erdos_renyi"),
    "n_neighbours": Turn(3),
    "rewiring": Turn(0.8),
    "homophily": Turn(0.1, BLOCKS),
    "susceptibility": Turn(0.8),
    "experience_weight": Turn(0.6),
    "news_weight": Turn(0.2),
    "initial_sentiment": Turn(0.5),
    "sentiment_value": Turn(300.0),
    "select_start": Turn(0.9),
    "select_years": Turn(0.5),
    "case_fatality": Turn(0.9, shows_in=("left_died",)),
    "insurer_awareness": Turn(0.9),
    "insurer_awareness_of_members": Turn(0.95),
    "penalty_for_none": Turn(300.0),
    "one_off_weight": None,  # moves deposits and rewards only
    "family_size": Turn(4, {"families_leave_together": True}),
    "amendments": Turn([{"period": 3, "changes": {"fee": 2.0}}]),
    "insurer_benefit": Turn(40_000.0),
    "insurer_loss_ratio": Turn(0.95),
    "insurer_rejects": Turn(0.9),
    "n_people": Turn(450),
    "n_periods": Turn(25, shows_in=("period",)),
    "period_length": Turn(0.2),
    "start_date": Turn("2019-10-16", shows_in=("date",)),
    "population_represented": Turn(9_000.0),
    "claims": Turn("expected"),
    "plans": Turn([{"name": "basic"}]),
    "events": Turn([]),
}
OF_PLAN = {
    "name": Turn("other", shows_in=("plan",)),
    "benefit": Turn([(0, 15_000.0)]),
    "waiting_period": Turn(5),
    "leaves_after_aid": Turn(False),
    "entry_age_min": Turn(20),
    "entry_age_max": Turn(40),
    "exit_age": Turn(58),
    "screening": Turn(1.0),
    "bad_risk_share": Turn(0.6),
    "marketing": Turn(0.4),
    "marketing_periods": Turn(15),
    "fee": Turn(0.5),
    "sharing": Turn("expected_cost"),
    "sharing_mix": Turn(0.9),
    "age_relativity": Turn([(0, 1.0), (50, 2.0)]),
    "waiting_members_owe": Turn(True),
    "leavers_owe": Turn(True),
    "settlement_rate": Turn(0.3),
    "case_cap": Turn(2.0),
    "year_cap": Turn(100.0),
    "year_cap_years": Turn(2, {"basic.year_cap": 100.0}),
    "excess_borne_by": Turn("claimants", {"basic.year_cap": 100.0}, ("benefits", "excess")),
    "loyalty": Turn(3.0),
    "loyalty_years": Turn(30.0, {"loyalty": 3.0}),
    "opens": Turn(4),
    "closes": Turn(6),
    "reach": Turn(0.3, {"attention": 0.9}),
    "auto_enrolment": Turn(0.5),
    "successor": Turn(
        "generous",
        {"basic.exit_age": 58, "generous.exit_age": 90, "generous.entry_age_max": 80},
    ),
    "families_leave_together": Turn(True, {"family_size": 4}),
    "transparency": Turn(0.5),
    "joining_reward": Turn(3_000.0),
    "deposit": Turn([(0, 900.0)]),
    "deposit_refunded": Turn(False),
    "premium": Turn("risk_rated", SHARED_BY_NOBODY),
    "target_loss_ratio": Turn(0.9, {**SHARED_BY_NOBODY, "basic.premium": "risk_rated"}),
    "reinsurance": Turn(0.9),
    "retention": Turn(100.0),
    "reserve_loading": Turn(0.9),
    "reserve_full": Turn(2.0),
    "smoothing": Turn(0.9),
    "subsidy_for": Turn("low_risk", {"basic.sharing_mix": 1.0, "basic.subsidy": 0.5}),
    "free_periods_at_closing": Turn(2, {"basic.closes": 10}, ("subsidy",)),
    "refunds_contributions": Turn(True, {"basic.closes": 10}, ("refunds", "sponsor_cost")),
    "claims_after_closing": Turn("forgone", {"basic.closes": 10}, ("sponsor_cost",)),
    "subsidy": Turn(0.6),
    "difference_subsidy": Turn(0.9),
    "opening_contribution": Turn(500.0),
    "term": Turn(5),
    "reentry": Turn("never"),
    "closes_below": Turn(3_000.0),
}
OF_EVENT = {
    "period": Turn(8),
    "news": Turn(0.5),
    "label": None,  # words for a reader
    "label_zh": None,
}


def moved(one, other, columns):
    """Whether two histories differ in any of the columns."""
    return not one.select(columns).equals(other.select(columns), null_equal=True)


@pytest.mark.parametrize(
    ("table", "model"), [(OF_SCENARIO, Scenario), (OF_PLAN, Plan), (OF_EVENT, Event)]
)
def test_every_parameter_is_listed_here(table, model):
    assert set(table) == set(model.model_fields)


@pytest.mark.parametrize("name", [name for name, turn in OF_SCENARIO.items() if turn])
def test_every_parameter_of_a_scenario_moves_something(rich, run, name):
    turn = OF_SCENARIO[name]
    base = rich.but(**turn.given)
    turned = base.but(**{name: turn.value})
    assert getattr(base, name) != getattr(turned, name)
    assert moved(run(base).history, run(turned).history, turn.shows_in)


@pytest.mark.parametrize("name", OF_PLAN)
def test_every_rule_of_a_plan_moves_something(rich, run, name):
    turn = OF_PLAN[name]
    base = rich.but(**turn.given)
    turned = base.but(**{f"basic.{name}": turn.value})
    assert getattr(base.plans[0], name) != getattr(turned.plans[0], name)
    assert base.plans[1] == turned.plans[1]
    assert moved(run(base).history, run(turned).history, turn.shows_in)


@pytest.mark.parametrize("name", [name for name, turn in OF_EVENT.items() if turn])
def test_every_number_of_an_event_moves_something(rich, run, name):
    event = rich.events[0].model_dump()
    turned = rich.but(events=[{**event, name: OF_EVENT[name].value}])
    base = rich.but(events=[event])
    assert moved(run(base).history, run(turned).history, OF_EVENT[name].shows_in)


def test_words_of_an_event_move_nothing(rich, run):
    event = rich.events[0].model_dump()
    turned = rich.but(events=[{**event, "label": "closed", "label_zh": "关闭"}])
    one, other = run(rich.but(events=[event])).history, run(turned).history
    assert one.height > 10
    assert not moved(one, other, one.columns)


def test_everything_is_switched_on_in_the_scenario_from_which_parameters_are_turned(rich, run):
    history = run(rich).history
    rare = ("left_switched", "left_aged_out", "left_died", "left_ineligible", "left_insurance")
    for column in (*rare, "joined", "insured", "subsidy", "excess", "outstanding", "waiting"):
        assert history[column].sum() > 0, column
    for plan in ("basic", "generous"):
        mine = history.filter(pl.col("plan") == plan)
        assert mine["members"].n_unique() > 10
        assert mine["claims"].sum() > 0


CURIOUS = {
    "frailty": 3.0,
    "income": 20_000.0,
    "risk_aversion": 1e-4,
    "price_sensitivity": 2.0,
    "fairness_concern": 3.0,
    "susceptibility": 0.9,
    "opinion": 0.8,
    "adoption_threshold": 0.9,
    "age": 50.0,
    "sex": "female",
    "plan": "generous",
    "expected_cost": 100.0,
    "willingness_to_pay": 900.0,
    "person": 77,
}


@pytest.mark.parametrize("name", CURIOUS)
def test_every_column_of_people_moves_something(rich, run, name):
    scenario = rich.but(contagion="threshold") if name == "adoption_threshold" else rich
    people = pl.DataFrame({"person": range(300)})
    turned = people.with_columns(pl.lit(CURIOUS[name]).alias(name))
    if name == "person":
        turned = people + CURIOUS[name]
    one, other = run(scenario, people=people), run(scenario, people=turned)
    assert moved(one.history, other.history, ("members", "contribution"))


def test_every_column_of_people_is_listed_here():
    from model.people_frame import NAMED, PER_PLAN, TRAITS

    assert set(CURIOUS) == {*TRAITS, *PER_PLAN, *NAMED}
