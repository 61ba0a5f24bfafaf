"""Legitimate extremes give sensible results, without a warning (the tests run with -W error)."""

from __future__ import annotations

import math

import networkx as nx
import numpy as np
import polars as pl
import pytest

from model import AdverseSelectionModel, Scenario, Simulation
from model.metrics import COLUMNS

# What has no meaning without members, joiners, leavers or ties is NaN; everything else never is.
MAY_BE_NAN = {
    "take_up",
    "loss_ratio",
    "mean_age",
    "incidence_members",
    "incidence_leavers",
    "incidence_joiners",
    "incidence_eligible",
    "selection_ratio",
    "expected_cost",
    "still_in_quartile_1",
    "still_in_quartile_2",
    "still_in_quartile_3",
    "still_in_quartile_4",
    "hoover",
    "relative_welfare",
    "assortativity",
    "sentiment",
    "slope",
}
FEW = {"n_people": 40, "n_periods": 12}
EXTREMES = {
    "one person": {"n_people": 1},
    "two people": {"n_people": 2},
    "three people": {"n_people": 3},
    "nobody is a member": {"initial_membership": 0.0, "awareness": 0.0, "ties": "none"},
    "nobody is a member or aware": {"initial_membership": 0.0, "awareness": 0.0},
    "everybody is too old": {"age_min": 61, "age_max": 90},
    "everybody is ill-fated and ineligible": {"screening": 1.0, "bad_risk_share": 1.0},
    "no risk at all": {"incidence_level": 0.0},
    "no risk, expected": {"incidence_level": 0.0, "claims": "expected"},
    "no benefit": {"benefit": [(0, 0.0)]},
    "no benefit, shared by risk": {"benefit": [(0, 0.0)], "sharing": "expected_cost"},
    "no benefit, conditional mean": {"benefit": [(0, 0.0)], "sharing": "conditional_mean"},
    "no benefit for the old": {"benefit": [(0, 3e5), (40, 0.0)], "claims": "expected"},
    "no fee": {"fee": 0.0},
    "fee of ten times the benefits": {"fee": 10.0},
    "cover is worth nothing": {"willingness": "proportional", "risk_premium": -1.0},
    "susceptible to others only": {"susceptibility": 1.0},
    "everybody knows everybody": {"n_neighbours": 1000},
    "one neighbour": {"n_neighbours": 1},
    "no neighbours": {"n_neighbours": 0},
    "certain illness": {"incidence_level": 100.0, "period_length": 10.0},
    "everybody dies": {"incidence_level": 100.0, "period_length": 10.0, "case_fatality": 1.0},
    "endless frailty": {"frailty_sd": 5.0},
    "no spread at all": {"frailty_sd": 0.0, "income_sd": 0.0, "risk_aversion_sd": 0.0},
    "one age": {"age_min": 30, "age_max": 30, "age_peakedness": 1.0},
    "newborns": {"age_min": 0, "age_max": 0},
    "the oldest": {"age_min": 120, "age_max": 120, "entry_age_max": 120},
    "risk neutral": {"risk_aversion": 0.0},
    "desperate": {"risk_aversion": 1.0},
    "no noise": {"choice_noise": 0.0},
    "nothing but noise": {"choice_noise": 1e6},
    "no attention": {"attention": 0.0, "attention_to_change": 0.0},
    "full attention": {"attention": 1.0, "awareness": 1.0},
    "beliefs that never move": {"contribution_learning": 0.0, "reference_adaptation": 0.0},
    "everything is paid by the sponsor": {"subsidy": 1.0},
    "tiny caps": {"case_cap": 1e-9, "year_cap": 1e-9},
    "tiny caps, claimants": {"case_cap": 1e-9, "excess_borne_by": "claimants"},
    "longest waiting": {"waiting_period": 1000, "waiting_members_owe": False},
    "longest term": {"term": 1000},
    "slowest settlement": {"settlement_rate": 0.001},
    "smallest periods": {"period_length": 1e-4},
    "longest periods": {"period_length": 10.0},
    "always closing": {"closes_below": 1e10},
    "closing at the first exit": {"closes_below": 40.0, "attention": 1.0},
    "free opening": {"opening_contribution": 0.0},
    "dear opening": {"opening_contribution": 1e12},
    "moods at their extremes": {"initial_sentiment": -1.0, "experience_weight": 1.0},
    "all rewired": {"rewiring": 1.0},
    "all move away": {"newcomers": 10.0, "period_length": 1.0, "initial_membership": 0.0},
    "everybody rejected by insurers": {"insurer_rejects": 1.0, "insurer_awareness": 1.0},
    "insurer sells below cost": {"insurer_loss_ratio": 2.0, "insurer_awareness": 1.0},
    "a billion people": {"population_represented": 1e9},
    "age weights of zero": {"sharing": "age_band", "age_relativity": [(0, 0.0)]},
    "no select effect": {"select_years": 0.0},
    "full select effect": {"select_start": 0.0, "select_years": 50.0},
    "news every period": {"events": [{"period": t, "news": (-1) ** t} for t in range(1, 13)]},
}


def assert_sensible(simulation):
    history = simulation.history
    for name, dtype in history.schema.items():
        if dtype.is_numeric() and name not in MAY_BE_NAN:
            assert history[name].is_finite().all(), name
    for name in MAY_BE_NAN:
        assert not history[name].is_infinite().any(), name
    assert list(history.columns) == list(COLUMNS)
    assert (history["members"] <= history["eligible"]).all()
    for name in ("members", "contribution", "contributions", "benefits", "outstanding"):
        assert (history[name] >= 0).all(), name
    people = simulation.people
    assert (np.abs(people.sentiment) <= 1).all()
    for name in ("expected_contribution", "expected_cost", "willingness_to_pay", "frailty"):
        assert np.isfinite(getattr(people, name)).all(), name
    assert simulation.verdict.sentence
    assert "nan" not in simulation.verdict.sentence
    assert "nan" not in simulation.verdict.sentence_zh


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("case", EXTREMES)
def test_extreme_scenario_gives_a_sensible_history(case, seed):
    simulation = Simulation(Scenario().but(**{**FEW, **EXTREMES[case]}), seed=seed).run()
    assert simulation.period >= 1
    assert_sensible(simulation)


@pytest.mark.parametrize("case", EXTREMES)
def test_extreme_scenario_of_two_plans_gives_a_sensible_history(case):
    base = Scenario(plans=[{"name": "a"}, {"name": "b", "benefit": [(0, 5e5)]}])
    simulation = Simulation(base.but(**{**FEW, **EXTREMES[case]}), seed=1).run()
    assert_sensible(simulation)
    assert set(simulation.history["plan"]) == {"a", "b"}


@pytest.mark.parametrize(
    "case", ["one person", "nobody is a member", "no benefit", "always closing"]
)
def test_extreme_scenario_works_in_mesa_too(case):
    scenario = Scenario().but(**{**FEW, **EXTREMES[case]})
    model = AdverseSelectionModel(scenario, rng=1)
    model.run_model()
    assert len(model.datacollector.get_model_vars_dataframe()) == model.period + 1


def test_one_person_pays_the_own_claims(still, crowd):
    simulation = still(crowd(1, expected_cost=5.0), fee=0.1, n_periods=3).run()
    assert simulation.history["contribution"].to_list() == pytest.approx([5.5] * 4)
    assert simulation.history["take_up"].to_list() == [1.0] * 4


def test_pool_without_members_or_interest_stays_empty_to_the_horizon():
    rules = {**FEW, **EXTREMES["nobody is a member"]}
    simulation = Simulation(Scenario().but(**rules), seed=1).run()
    assert simulation.history["members"].to_list() == [0.0] * 13
    assert simulation.history["contributions"].sum() == 0
    assert simulation.verdict.peak_members == 0


def test_pool_nobody_may_enter_has_nobody_eligible():
    rules = {**FEW, **EXTREMES["everybody is too old"], "awareness": 1.0}
    history = Simulation(Scenario().but(**rules), seed=1).run().history
    assert history["eligible"].sum() == history["members"].sum() == history["joined"].sum() == 0


def test_without_risk_nobody_pays_and_nobody_gains():
    rules = {**FEW, **EXTREMES["no risk at all"], "choice_noise": 0.0, "attention": 1.0}
    history = Simulation(Scenario().but(**rules), seed=1).run().history
    assert history["members"].to_list() == [history["members"][0]] * 13
    assert (
        history["contributions"].sum() == history["benefits"].sum() == history["welfare"].sum() == 0
    )


def test_people_whose_cost_is_nothing_may_be_given(still, crowd):
    people = crowd(4, expected_cost=[0.0, 0.0, 0.0, 4.0], willingness_to_pay=[0.0, 0.0, 9.0, 9.0])
    simulation = still(people, sharing="expected_cost", n_periods=2).run()
    assert_sensible(simulation)
    assert simulation.history["contributions"][1] == pytest.approx(4.0)
    nothing = still(crowd(4, expected_cost=0.0), sharing="expected_cost", n_periods=2).run()
    assert_sensible(nothing)
    assert nothing.history["contributions"].sum() == 0


def test_cover_worth_nothing_is_left_as_soon_as_it_costs_something(textbook, crowd):
    simulation = textbook(crowd(10, expected_cost=1.0, willingness_to_pay=0.0), n_periods=5).run()
    assert simulation.history["members"].to_list() == [10, 0]
    assert not simulation.running


def test_person_who_hears_only_others_takes_over_their_mood(textbook, crowd):
    people = crowd(2, opinion=[1.0, -1.0], susceptibility=1.0)
    rules = {"initial_membership": 0.0, "awareness": 0.0, "experience_weight": 0.0}
    simulation = textbook(people, **rules, graph=nx.path_graph(2))
    simulation.step()
    assert simulation.people.sentiment.tolist() == [-1.0, 1.0]


@pytest.mark.parametrize("kind", ["watts_strogatz", "barabasi_albert", "erdos_renyi"])
def test_as_many_neighbours_as_people_means_everybody_hears_everybody(kind):
    rules = {"n_people": 30, "n_periods": 3, "initial_sentiment": 0.2}
    many = Simulation(Scenario(**rules, ties=kind, n_neighbours=30), seed=1).run()
    complete = Simulation(Scenario(**rules, ties="complete"), seed=1).run()
    assert np.array_equal(many.people.sentiment, complete.people.sentiment)


def test_plan_that_closes_in_the_first_period_pays_its_last_bill(textbook, crowd):
    people = crowd(10, expected_cost=1.0, willingness_to_pay=[-1.0] + [9.0] * 9)
    simulation = textbook(people, closes_below=10.0).run()
    assert simulation.history["members"].to_list() == [10, 9, 0]
    assert simulation.history["left_plan_closed"].to_list() == [0, 0, 9]
    assert simulation.period == 2


def test_graph_without_edges_is_a_graph(textbook, crowd):
    people = crowd(5, opinion=0.5, susceptibility=1.0)
    simulation = textbook(people, graph=nx.empty_graph(5), n_periods=2).run()
    assert simulation.people.sentiment == pytest.approx([0.5] * 5)


def test_one_period_is_a_run():
    simulation = Simulation(Scenario(n_people=20, n_periods=1), seed=1).run()
    assert simulation.history["period"].to_list() == [0, 1]


def test_very_long_tenure_does_not_wrap_around(still, crowd):
    simulation = still(crowd(1, expected_cost=1.0), waiting_period=5, initial_tenure=1)
    simulation.people.tenure[0] = 65_534
    simulation.people.status[0] = 2
    for _ in range(4):
        simulation.step()
    assert simulation.people.tenure[0] > 50_000
    assert simulation.history["waiting"][-1] == 0


def test_people_outlive_the_table(textbook):
    simulation = textbook(
        n_people=20, age_min=110, age_max=120, ageing=True, entry_age_max=120, n_periods=30
    ).run()
    assert_sensible(simulation)
    assert simulation.history["mean_age"][-1] <= 120


def test_share_of_a_year_in_a_period_does_not_drift():
    from agents.announcement import begins_year

    begins = [t for t in range(1, 24 * 200 + 1) if begins_year(t, 1 / 24)]
    assert begins == list(range(1, 24 * 200 + 1, 24))
    assert [t for t in range(1, 8) if begins_year(t, 0.4)] == [1, 4, 6]
    assert all(begins_year(t, 3.0) for t in range(1, 5))


def test_dates_are_those_of_the_calendar():
    scenario = Scenario(n_people=10, n_periods=24, start_date="2018-10-16")
    dates = Simulation(scenario, seed=1).run().history["date"]
    assert str(dates[0]) == "2018-10-16"
    assert str(dates[24]) in ("2019-10-16", "2019-10-15")
    assert dates.dtype == pl.Date


def test_column_of_dates_is_a_column_of_dates_even_without_dates():
    history = Simulation(Scenario(n_people=10, n_periods=2), seed=1).run().history
    dated = Simulation(Scenario(n_people=10, n_periods=2, start_date="2020-01-01"), seed=1).run()
    assert history.schema == dated.history.schema
    assert math.isclose(pl.concat([history, dated.history]).height, 6)
