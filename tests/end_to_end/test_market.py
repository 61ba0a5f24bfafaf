"""The market of the history: plans open and close on their dates, and people choose among them."""

from __future__ import annotations

import datetime

import numpy as np
import polars as pl
import pytest

from agents.population import STATUS_NAMES
from model import Simulation, presets
from model.plan_files import plan_file
from model.presets import plan_names

LEFT_OUT = {"xianghubao_2018", "jd_hubao", "haoyibao", "huiminbao", "commercial_ci"}


@pytest.fixture(scope="module")
def market():
    """Return the market with a quarter of its people, run to the end."""
    scenario = presets.load("market").scenario.but(n_people=15_000)
    return Simulation(scenario, seed=1).run()


@pytest.fixture(scope="module")
def plans(market):
    """Return each plan with its rows."""
    history = market.history
    return [(plan, history.filter(pl.col("plan") == plan.name)) for plan in market.scenario.plans]


def test_every_mutual_aid_plan_of_the_history_is_on_offer(market):
    assert {plan.name for plan in market.scenario.plans} == {*plan_names()} - LEFT_OUT


def test_the_market_lasts_until_the_last_plan_stops(market):
    assert market.period == market.scenario.n_periods == 138
    last = market.history["date"].max()
    assert datetime.date(2022, 1, 28) <= last <= datetime.date(2022, 2, 15)


def test_plans_have_members_between_their_dates_and_at_no_other_time(plans):
    for plan, rows in plans:
        members = rows["members"].to_numpy()
        assert members[: max(plan.opens, 1)].sum() == 0, plan.name
        assert members[plan.closes - 1] > 0, plan.name
        assert members[plan.closes :].sum() == 0, plan.name


def test_no_plan_is_emptied_by_its_own_bill_before_its_platform_closes_it(plans):
    for plan, rows in plans:
        members = rows["members"].to_numpy()
        if plan_file(plan.name).peak_members and members.max() > 1e6:
            assert members[plan.closes - 1] > 0.5 * members.max(), plan.name


def test_the_reach_of_a_plan_is_its_reported_peak_over_those_of_age(market):
    scenario = market.scenario
    for plan in scenario.plans:
        oldest = min(plan.entry_age_max + 1, scenario.age_max + 1)
        of_age = (oldest - plan.entry_age_min) / (scenario.age_max + 1)
        peak = plan_file(plan.name).peak_members or 2e6
        reach = peak / scenario.population_represented / of_age / 0.85
        assert plan.reach == pytest.approx(reach, rel=0.03), plan.name


def test_some_members_change_plans_and_some_turn_to_insurance(plans):
    left = {
        cause: sum(rows[f"left_{cause}"].sum() for _, rows in plans)
        for cause in ("switched", "insurance")
    }
    assert left["switched"] > 1e6
    assert left["insurance"] > 0


def test_who_fell_ill_in_a_plan_is_in_no_plan_any_more(market):
    drawn = {"claims": "drawn", "incidence_level": 1.0, "n_periods": 110}
    people = Simulation(market.scenario.but(**drawn), seed=1).run().people
    final = [STATUS_NAMES.index(name) for name in ("aided", "ineligible")]
    ill = np.isin(people.status, final)
    assert ill.sum() > 10
    assert (people.plan[ill] == -1).all()


def test_at_most_one_plan_has_each_person(market):
    last_but_one = Simulation(market.scenario.but(n_periods=100), seed=1).run()
    members = last_but_one.history.filter(pl.col("period") == 100)["members"].sum()
    rows = (last_but_one.people.plan >= 0).sum()
    assert members == pytest.approx(rows * market.scenario.persons_per_row)
